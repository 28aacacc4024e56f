"""Tell, mark as read, forget."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from haihe.base.accounts.api import Actor
from haihe.base.notices.desks import Address, Desk
from haihe.base.notices.models import Notice, Reading
from haihe.base.notices.queries import unread_of
from haihe.base.notices.words import knows
from haihe.base.outbox import api as outbox

NOTICE_TOLD = "notices.told"
_KEPT_FOR = timedelta(days=365)


class UnknownKind(LookupError):
    """Nobody registered words for this kind of notice."""


@transaction.atomic
def tell(
    *, to: Iterable[Address], kind: str, key: str, facts: dict[str, Any], path: str, now: datetime
) -> list[Address]:
    """Tell each address once per `key`; return those that were told now. No personal data in `facts`.

    Within the caller's transaction: what is undone was never told. Raises: UnknownKind.
    """
    if not knows(kind):
        raise UnknownKind(kind)
    if not path.startswith("/"):
        raise ValueError(f"a way within this installation, not {path}")
    return [each for each in dict.fromkeys(to) if _tell_one(each, kind, key, facts, path, now)]


@transaction.atomic
def mark_read(*, actor: Actor, now: datetime, notice_id: int | None = None) -> int:
    """Mark one notice, or all there are, as read by this person; return how many were unread."""
    rows = unread_of(actor, now=now)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    if actor.user_id is None:
        return 0
    readings = [Reading(notice_id=pk, user=actor.user_id, at=now) for pk in rows.values_list("pk", flat=True)]
    Reading.objects.bulk_create(readings, ignore_conflicts=True)
    return len(readings)


@transaction.atomic
def mark_read_but_newest(*, actors: Iterable[Actor], newest: int, now: datetime) -> int:
    """Let a demo's people have read all but their newest notices; once, before anybody read any. Return how many.

    Otherwise whoever tries a fresh city would find the years of its story unread.
    """
    if Reading.objects.exists():
        return 0
    readings = [
        Reading(notice_id=pk, user=actor.user_id, at=now)
        for actor in actors
        if actor.user_id is not None
        for pk in unread_of(actor, now=now).values_list("pk", flat=True)[newest:]
    ]
    Reading.objects.bulk_create(readings)
    return len(readings)


def forget_old(*, now: datetime) -> int:
    """Remove notices a year old; what they told of keeps its own history. Return how many."""
    return Notice.objects.filter(at__lt=now - _KEPT_FOR).delete()[1].get("notices.Notice", 0)


def _tell_one(to: Address, kind: str, key: str, facts: dict[str, Any], path: str, now: datetime) -> bool:
    desk = (
        {"role": to.role, "organisation": to.organisation} if isinstance(to, Desk) else {"role": "", "organisation": ""}
    )
    user = None if isinstance(to, Desk) else to.user_id
    told = {"kind": kind, "facts": facts, "path": path, "at": now}
    row, is_new = Notice.objects.get_or_create(key=key, user=user, **desk, defaults=told)
    if is_new:
        outbox.announce(NOTICE_TOLD, {"notice": row.pk, "kind": kind, "user": str(user or ""), **desk})
    return is_new
