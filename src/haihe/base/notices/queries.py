"""Reads: what somebody has been told, and how much of it they haven't read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.base.notices.carriers import Channel
from haihe.base.notices.models import STUCK, Notice, Reading, Sending
from haihe.base.notices.words import say

COUNTED_UP_TO = 99
SHOWN_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NoticeInfo:
    """One notice as a person sees it."""

    id: int
    text: str
    path: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class StuckSendings:
    """How many messages of one way wait for a person: given up, or cut off while they were handed over."""

    channel: str
    label: str
    count: int
    path: str


def stuck_sendings() -> list[StuckSendings]:
    """Return each way out with what is stuck there, none included."""
    rows = Sending.objects.filter(state__in=STUCK).order_by().values_list("channel").annotate(n=Count("pk"))
    counted = dict(rows)
    path = reverse("notices:sendings")
    return [StuckSendings(one.value, str(one.label), counted.get(one.value, 0), path) for one in Channel]


def notices_of(actor: Actor, *, now: datetime) -> QuerySet[Notice]:
    """Return the notices of the last 90 days to this person and their desks, newest first."""
    if actor.user_id is None:
        return Notice.objects.none()
    mine = Q(user=actor.user_id)
    for role, organisation in actor.roles:
        mine |= Q(role=role, organisation__in={organisation, ""})
    return Notice.objects.filter(mine, at__gt=now - SHOWN_FOR)


def unread_of(actor: Actor, *, now: datetime) -> QuerySet[Notice]:
    """Return those that this person hasn't read."""
    if actor.user_id is None:
        return Notice.objects.none()
    return notices_of(actor, now=now).exclude(Exists(Reading.objects.filter(notice=OuterRef("pk"), user=actor.user_id)))


def unread_count(actor: Actor, *, now: datetime) -> int:
    """Return how many are unread; counted to a hundred, as a bell shows no more."""
    return unread_of(actor, now=now).order_by()[: COUNTED_UP_TO + 1].count()


def told(rows: Iterable[Notice], *, actor: Actor) -> list[NoticeInfo]:
    """Return the notices in words."""
    rows = list(rows)
    known = Reading.objects.filter(notice__in=rows, user=actor.user_id) if actor.user_id else Reading.objects.none()
    read = set(known.values_list("notice_id", flat=True))
    return [NoticeInfo(row.pk, say(row.kind, row.facts), row.path, row.at, row.pk in read) for row in rows]
