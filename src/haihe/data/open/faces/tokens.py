"""Publishers' tokens: shown once, kept as a hash, valid for a term, taken back at once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_for, require
from haihe.data.open.errors import InputRefused
from haihe.data.open.faces.models import PublisherToken
from haihe.kernel.text import tidy

PREFIX: Final = "haihe_"
TERM: Final = timedelta(days=180)
MOST: Final = 10
_LONGEST_PURPOSE: Final = 100
ROLES: Final = (Role.STEWARD, Role.APPROVER)


def issue(*, actor: Actor, username: str, purpose: str, now: datetime) -> str:
    """Make a token for the actor's own programs and return it; nobody sees it again.

    Raises: NotPermitted, InputRefused.
    """
    require(actor, *ROLES)
    if actor.user_id is None:
        raise NotPermitted("a token is a person's")
    purpose = tidy(purpose.replace("\x00", ""))
    if not 1 <= len(purpose) <= _LONGEST_PURPOSE:
        raise InputRefused(_("请写明用途，不超过 %(n)s 个字。") % {"n": _LONGEST_PURPOSE})
    if len(tokens_of(actor, now=now)) >= MOST:
        raise InputRefused(_("最多同时有 %(n)s 个令牌，请先收回不用的。") % {"n": MOST})
    token = PREFIX + secrets.token_urlsafe(32)
    PublisherToken.objects.create(
        token_hash=_hashed(token),
        user=actor.user_id,
        username=username,
        purpose=purpose,
        made_at=now,
        valid_until=now + TERM,
    )
    return token


def revoke(*, actor: Actor, pk: UUID, now: datetime) -> bool:
    """Take one of the actor's own tokens back; false where there is none."""
    return bool(_of(actor).filter(pk=pk).update(revoked_at=now))


def tokens_of(actor: Actor, *, now: datetime) -> list[PublisherToken]:
    """Return those of the actor that hold now."""
    return list(_of(actor).filter(valid_until__gt=now))


def _of(actor: Actor) -> "QuerySet[PublisherToken]":
    mine = PublisherToken.objects.filter(revoked_at__isnull=True)
    return mine.filter(user=actor.user_id) if actor.user_id else mine.none()


def holder_of(token: str, *, now: datetime) -> Actor | None:
    """Return whose token it is, with the roles valid now; None for one that doesn't hold."""
    row = PublisherToken.objects.filter(token_hash=_hashed(token), revoked_at__isnull=True, valid_until__gt=now).first()
    if row is None:
        return None
    if row.last_used_on != (today := localdate(now)):
        PublisherToken.objects.filter(pk=row.pk).update(last_used_on=today)
    return _actor(row, now)


def _actor(row: PublisherToken, now: datetime) -> Actor | None:
    try:
        actor = actor_for(row.username, now=now)
    except ObjectDoesNotExist:
        return None
    return actor if actor.user_id == row.user else None


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
