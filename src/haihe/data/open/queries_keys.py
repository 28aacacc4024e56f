"""Reads of developers and their keys: each sees their own, the data centre and the auditor all."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet, Sum

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.open.errors import NotFound
from haihe.data.open.models import AccessKey, ConditionalRead, Developer, KeyUsage

DAYS_SHOWN: Final = 14


def developer_of(actor: Actor) -> Developer:
    """Return the actor's own registration. Raises: NotFound."""
    row = Developer.objects.filter(user=actor.user_id).first() if actor.user_id else None
    if row is None:
        raise NotFound
    return row


def visible_keys(actor: Actor) -> "QuerySet[AccessKey]":
    rows = AccessKey.objects.all()
    if actor is SYSTEM or actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR):
        return rows
    return rows.filter(owner=actor.user_id) if actor.user_id else rows.none()


def key_for(actor: Actor, key_id: UUID) -> AccessKey:
    """Raises: NotFound, for one that doesn't exist and for another's alike."""
    row = visible_keys(actor).filter(pk=key_id).first()
    if row is None:
        raise NotFound
    return row


def may_end_others(actor: Actor) -> bool:
    """True for the data centre, which may end any key with a reason."""
    return actor.has(Role.OPERATOR)


def keys_of(developer: Developer, *, now: datetime) -> list[AccessKey]:
    """Return the developer's keys, those that serve first; what ended long ago is left out."""
    rows = AccessKey.objects.filter(owner=developer.user, valid_until__gt=now - timedelta(days=DAYS_SHOWN))
    return sorted(rows, key=lambda row: (not row.serves(now), row.replaced_at is not None, -row.made_at.timestamp()))


def reads_of(*, number: str = "", dataset: str = "", limit: int) -> "QuerySet[ConditionalRead]":
    """Return what was read under one grant, or of one dataset, the newest first; who may see it is for the caller."""
    rows = ConditionalRead.objects.filter(grant=number) if number else ConditionalRead.objects.filter(dataset=dataset)
    return rows.order_by("-at")[:limit]


def used_on(keys: list[AccessKey], day: date) -> Mapping[UUID, int]:
    """Return how many answers each key got on the day."""
    return dict(KeyUsage.objects.filter(key__in=keys, day=day).values_list("key_id", "count"))


def used_lately(key: AccessKey, *, today: date) -> list[tuple[date, int]]:
    """Return the answers of the last days, the newest first, days without any too."""
    since = today - timedelta(days=DAYS_SHOWN - 1)
    counts = dict(KeyUsage.objects.filter(key=key, day__gte=since).values_list("day", "count"))
    days = [today - timedelta(days=n) for n in range(DAYS_SHOWN)]
    return [(day, counts.get(day, 0)) for day in days]


def used_in_all(key: AccessKey) -> int:
    return int(KeyUsage.objects.filter(key=key).aggregate(n=Sum("count", default=0))["n"])
