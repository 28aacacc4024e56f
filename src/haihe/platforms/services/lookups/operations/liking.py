"""Put a lookup among one's favourites, or take it out."""

from django.db import transaction

from haihe.base.accounts.api import Actor, Role, require
from haihe.platforms.services.lookups import reading
from haihe.platforms.services.lookups.errors import NotRealName
from haihe.platforms.services.lookups.models import OwnLookup


@transaction.atomic
def set_favourite(*, actor: Actor, slug: str, is_favourite: bool) -> None:
    """Raises: NotPermitted, NotRealName, LookupNotFound."""
    require(actor, Role.CITIZEN)
    if actor.user_id is None:
        raise NotRealName
    lookup = reading.lookup(slug)
    OwnLookup.objects.update_or_create(owner=actor.user_id, slug=lookup.slug, defaults={"is_favourite": is_favourite})
