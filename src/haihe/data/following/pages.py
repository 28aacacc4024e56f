"""What the pages of following show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core import signing
from django.core.paginator import Page
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.data.following import queries
from haihe.data.following.models import FeedAddress, Follow, FollowKind, Happening, Pace, Telling
from haihe.data.following.targets import Target, all_named
from haihe.data.following.telling import said

FEED_SALT = "following-feed"


@dataclass(frozen=True, slots=True)
class FollowRow:
    """One follow; `target` None: the thing is gone, and the follow may go too."""

    row: Follow
    target: Target | None


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened, in words."""

    text: str
    path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowsPage:
    """What one follows, and what it brought."""

    rows: tuple[FollowRow, ...]
    news: tuple[News, ...]
    page: Page[Telling]
    feed_path: str
    webhooks: int
    paces: tuple[tuple[str, object], ...] = tuple(Pace.choices)


def follows_page(actor: Actor, page: Page[Telling]) -> FollowsPage:
    rows = list(queries.follows_of(actor))
    targets = all_named((row.kind, row.target) for row in rows)
    feed = FeedAddress.objects.filter(user=queries.person(actor)).first()
    return FollowsPage(
        rows=tuple(FollowRow(row, targets.get((row.kind, row.target))) for row in rows),
        news=news_of(page),
        page=page,
        feed_path=feed_path(feed) if feed else "",
        webhooks=queries.webhooks_of(actor).count(),
    )


def news_of(tellings: Iterable[Telling]) -> tuple[News, ...]:
    return tuple(_news(one.happening) for one in tellings)


def _news(row: Happening) -> News:
    return News(said(row), row.path, row.at)


@dataclass(frozen=True, slots=True)
class NewPage:
    """Something that one is about to follow."""

    target: Target
    kind: object
    query: str
    pace: str
    complaint: str = ""
    paces: tuple[tuple[str, object], ...] = tuple(Pace.choices)


def new_page(actor: Actor, target: Target, *, complaint: str = "") -> NewPage:
    known = queries.follow_of(actor, target.kind, target.target)
    return NewPage(
        target, FollowKind(target.kind).label, _query(target), known.pace if known else Pace.AT_ONCE, complaint
    )


def _query(target: Target) -> str:
    names = {
        FollowKind.DATASET: "dataset",
        FollowKind.TOPIC: "topic",
        FollowKind.DEPARTMENT: "owner",
        FollowKind.REQUEST: "request",
    }
    name = names.get(target.kind)
    return urlencode({name: target.target}) if name else target.target


def feed_path(row: FeedAddress) -> str:
    """Return the secret way to a person's feed."""
    told = {"u": str(row.user), "s": row.serial}
    return reverse("following:feed", args=[signing.dumps(told, salt=FEED_SALT)])
