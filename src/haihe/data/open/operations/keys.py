"""The access keys of developers: made, renewed, taken over by a newer one, ended. A secret is shown once, never kept.

Rules: a key serves 90 days, as keys of the older interface did, and can be renewed before it ends; at most ten at once;
one that a newer key takes over serves on for a day.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.open.errors import InputRefused, NotFound, NotNow
from haihe.data.open.models import AccessKey, Developer, DeveloperKind
from haihe.data.open.operations.registering import note
from haihe.data.open.queries_keys import developer_of, key_for
from haihe.kernel.text import tidy

LIFE: Final = timedelta(days=90)
OVERLAP: Final = timedelta(hours=24)
MOST_KEYS: Final = 10
QUOTA_PER_DAY: Final = {DeveloperKind.PERSON: 20_000, DeveloperKind.ORGANISATION: 50_000}
_LONGEST_NAME: Final = 60
_HINT: Final = 8


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with its secret, for the one time that it is shown."""

    id: UUID
    name: str
    secret: str = field(repr=False)


def hash_of(secret: str) -> bytes:
    """Return what is kept of a secret: its SHA-256. Secrets hold 256 bits of chance, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def make_key(*, actor: Actor, name: str, now: datetime) -> IssuedKey:
    """Make a key of the developer's. Raises: NotFound (not registered), InputRefused, NotNow (too many)."""
    developer = _locked(actor)
    name = tidy(name.replace("\x00", ""))
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise InputRefused(_("请给密钥起个名字，不超过 %(n)s 个字，如使用它的程序。") % {"n": _LONGEST_NAME})
    live = AccessKey.objects.filter(owner=developer.user, revoked_at=None, replaced_at=None, valid_until__gt=now)
    if live.count() >= MOST_KEYS:
        raise NotNow(_("最多同时使用 %(n)s 把密钥，请先停用不再需要的。") % {"n": MOST_KEYS})
    issued, row = _issued(developer, name, now)
    row.save(force_insert=True)
    note(developer, actor, "make_key", now=now, words=name, facts={"key": str(row.id)})
    return issued


@transaction.atomic
def rotate_key(*, actor: Actor, key_id: UUID, now: datetime) -> IssuedKey:
    """Make a key that takes over from another, with its name and what it opens. Raises: NotFound, NotNow."""
    developer = _locked(actor)
    before = _serving(actor, key_id, now)
    issued, row = _issued(developer, before.name, now)
    row.datasets, row.quota_per_day = before.datasets, before.quota_per_day
    row.save(force_insert=True)
    before.replaced_at, before.valid_until = now, min(before.valid_until, now + OVERLAP)
    before.save(update_fields=["replaced_at", "valid_until"])
    facts = {"key": str(row.id), "before": str(before.id)}
    note(developer, actor, "rotate_key", now=now, words=row.name, facts=facts)
    return issued


@transaction.atomic
def renew_key(*, actor: Actor, key_id: UUID, now: datetime) -> None:
    """Let a key serve its full time from now on. Raises: NotFound, NotNow."""
    developer = _locked(actor)
    row = _serving(actor, key_id, now)
    row.valid_until = now + LIFE
    row.save(update_fields=["valid_until"])
    facts = {"key": str(row.id), "until": row.valid_until.isoformat()}
    note(developer, actor, "renew_key", now=now, words=row.name, facts=facts)


@transaction.atomic
def revoke_key(*, actor: Actor, key_id: UUID, now: datetime, words: str = "") -> None:
    """End a key now, as its holder, or as the data centre with a reason. Raises: NotFound, NotNow, InputRefused."""
    row = AccessKey.objects.select_for_update().get(pk=key_for(actor, key_id).pk)
    developer = Developer.objects.filter(user=row.owner).first() if row.owner else None
    if developer is None:
        raise NotFound
    words = tidy(words.replace("\x00", ""))
    if developer.user != actor.user_id:
        require(actor, Role.OPERATOR)
        if not words:
            raise InputRefused(_("请写明理由。"))
    if row.revoked_at is not None:
        raise NotNow(_("这把密钥已经停用。"))
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    note(developer, actor, "revoke_key", now=now, words=words or row.name, facts={"key": str(row.id)})


def _locked(actor: Actor) -> Developer:
    """Return the actor's own registration, locked: keys of one developer are changed one after the other."""
    return Developer.objects.select_for_update().get(pk=developer_of(actor).pk)


def _serving(actor: Actor, key_id: UUID, now: datetime) -> AccessKey:
    row = AccessKey.objects.select_for_update().get(pk=key_for(actor, key_id).pk)
    if row.owner != actor.user_id or row.replaced_at is not None or not row.serves(now):
        raise NotNow(_("这把密钥已经停用、过期或者更换，请新建一把。"))
    return row


def _issued(developer: Developer, name: str, now: datetime) -> tuple[IssuedKey, AccessKey]:
    secret = f"hk_{secrets.token_urlsafe(32)}"
    row = AccessKey(
        key_hash=hash_of(secret),
        name=name,
        hint=secret[:_HINT],
        holder=developer.holder,
        owner=developer.user,
        quota_per_day=QUOTA_PER_DAY[DeveloperKind(developer.kind)],
        valid_until=now + LIFE,
        made_at=now,
    )
    return IssuedKey(row.id, name, secret), row
