"""What a person keeps of their own lookups."""

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.lookups.models import OwnLookup


def own_lookups(actor: Actor) -> list[OwnLookup]:
    """Return the actor's rows, those asked last first, without their answers; none for whoever isn't a citizen."""
    if actor.user_id is None or not actor.has(Role.CITIZEN):
        return []
    rows = OwnLookup.objects.filter(owner=actor.user_id).defer("sealed_answer")
    return sorted(rows, key=lambda row: (row.asked_at is None, -row.asked_at.timestamp() if row.asked_at else 0.0))


def is_favourite(actor: Actor, slug: str) -> bool:
    if actor.user_id is None:
        return False
    return OwnLookup.objects.filter(owner=actor.user_id, slug=slug, is_favourite=True).exists()
