"""Invite somebody to rate what was done for them; once for each case or visit."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from haihe.platforms.services.ratings import links
from haihe.platforms.services.ratings.counting import INVITED, count
from haihe.platforms.services.ratings.models import Channel, Invitation, Kind
from haihe.platforms.services.ratings.telling import tell_invited

OPEN_FOR: Final = timedelta(days=30)


@transaction.atomic
def invite(
    *,
    kind: Kind,
    subject_number: str,
    item_slug: str,
    organisation: str,
    window: str,
    holder_key: bytes | None,
    handlers: Iterable[UUID],
    channel: Channel,
    now: datetime,
) -> Invitation:
    """Return the invitation of this case or visit; a second one for the same number is the first."""
    pk = uuid7()
    made, is_new = Invitation.objects.get_or_create(
        subject_number=subject_number,
        defaults={
            "pk": pk,
            "kind": kind,
            "item_slug": item_slug,
            "organisation": organisation,
            "window": window,
            "holder_key": holder_key,
            "handlers": sorted(set(handlers)),
            "channel": channel,
            "token_hash": links.hash_of(links.token_of(pk)),
            "invited_at": now,
            "expires_at": now + OPEN_FOR,
        },
    )
    if is_new:
        count(made, INVITED, at=now)
        tell_invited(made, now=now)
    return made
