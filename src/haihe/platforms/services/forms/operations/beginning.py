"""Begin a draft, or go on with the one that is open."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.content import Content, sealed
from haihe.platforms.services.forms.errors import DraftNotFound
from haihe.platforms.services.forms.models import Draft, DraftState
from haihe.platforms.services.forms.operations.discarding import remove
from haihe.platforms.services.forms.ports import PHONE, WINDOW, Offer
from haihe.platforms.services.forms.seats import may_take_in

KEPT_FOR: Final = timedelta(days=30)
"""From the last change."""
KEPT_AT_A_WINDOW_FOR: Final = timedelta(days=1)


@transaction.atomic
def begin(*, actor: Actor, slug: str, channel: str, now: datetime, asks: bool = True) -> UUID:
    """Return the draft to fill in. A citizen has one per item; the window begins one per person who comes.

    Unless it `asks`, no register is asked for what it knows of the person.

    Raises: DraftNotFound if there is no such form here, NotPermitted.
    """
    offer = ports.offer(slug, on=timezone.localdate(now))
    if offer is None or channel not in offer.channels:
        raise DraftNotFound
    owner = _owner(actor, offer, channel, now)
    fresh = Draft(
        id=uuid4(),
        item_slug=offer.slug,
        item_version=offer.version,
        channel=channel,
        owner=owner,
        organisation=offer.authority,
        begun_at=now,
        saved_at=now,
        expires_at=now + kept_for(channel),
    )
    fresh.sealed_content = sealed(fresh, Content(asks=asks))
    if channel == WINDOW:
        fresh.save(force_insert=True)
        return fresh.pk
    for stale in Draft.objects.filter(owner=owner, item_slug=slug, state=DraftState.OPEN, expires_at__lte=now):
        remove(stale)
    # Two taps at once begin one.
    Draft.objects.bulk_create([fresh], ignore_conflicts=True)
    return Draft.objects.get(owner=owner, item_slug=slug, state=DraftState.OPEN, channel=PHONE).pk


def kept_for(channel: str) -> timedelta:
    return KEPT_FOR if channel == PHONE else KEPT_AT_A_WINDOW_FOR


def _owner(actor: Actor, offer: Offer, channel: str, now: datetime) -> UUID:
    if actor.user_id is None:
        raise NotPermitted("a form is filled in by a person")
    if channel == WINDOW:
        taken = [share.offer for share in offer.shares] or [offer]
        if not all(may_take_in(actor, one.authority, one.slug, now=now) for one in taken):
            raise NotPermitted("a window takes in what it has a seat for")
    else:
        require(actor, Role.CITIZEN)
    return actor.user_id
