"""Who follows what."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.following.models import Follow, FollowKind, Happening, Pace, Telling, Webhook
from haihe.data.following.targets import filters_of
from haihe.data.open import api as open_data

_SOONEST: Final = (Pace.AT_ONCE, Pace.DAILY, Pace.WEEKLY)
_SEARCHED: Final = ("publish", "version_ready", "columns_changed")
"""What a search hears of: a dataset that matches and is new or renewed."""


def person(actor: Actor) -> UUID:
    """Return who it is. Raises: NotPermitted."""
    if actor.user_id is None:
        raise NotPermitted("somebody who is signed in")
    return actor.user_id


def follows_of(actor: Actor) -> "QuerySet[Follow]":
    return Follow.objects.filter(user=person(actor))


def follow_of(actor: Actor, kind: str, target: str) -> Follow | None:
    """Return this person's follow of something; None without one, or for somebody who isn't signed in."""
    if actor.user_id is None:
        return None
    return Follow.objects.filter(user=actor.user_id, kind=kind, target=target).first()


def followers_of(kind: str, target: str) -> int:
    """Return how many people follow it."""
    return Follow.objects.filter(kind=kind, target=target).count()


def tellings_of(user: UUID) -> "QuerySet[Telling]":
    """Return what a person's follows brought, newest first."""
    return Telling.objects.filter(user=user).select_related("happening")


def webhooks_of(actor: Actor) -> "QuerySet[Webhook]":
    return Webhook.objects.filter(user=person(actor))


def followers_at(row: Happening, datasets: Iterable[str]) -> dict[UUID, str]:
    """Return everybody who follows what this is about, each with the soonest of their paces."""
    wanted = Q(kind=FollowKind.DATASET, target__in=tuple(datasets))
    if row.request:
        wanted |= Q(kind=FollowKind.REQUEST, target=row.request)
    if row.topic:
        wanted |= Q(kind=FollowKind.TOPIC, target=row.topic)
    if row.owner:
        wanted |= Q(kind=FollowKind.DEPARTMENT, target=row.owner)
    if searches := _searches_that_match(row):
        wanted |= Q(kind=FollowKind.SEARCH, target__in=searches)
    paces: dict[UUID, str] = {}
    for user, pace in Follow.objects.filter(wanted).order_by().values_list("user", "pace"):
        paces[user] = min(pace, paces.get(user, pace), key=_place)
    return paces


def _place(pace: str) -> int:
    return _SOONEST.index(Pace(pace))


def _searches_that_match(row: Happening) -> list[str]:
    if row.name not in _SEARCHED or not row.dataset:
        return []
    followed = Follow.objects.filter(kind=FollowKind.SEARCH).order_by("target").values_list("target", flat=True)
    return [query for query in followed.distinct() if open_data.matches_search(row.dataset, filters_of(query))]
