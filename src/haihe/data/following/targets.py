"""What is followed, in words and in the forms in which addresses tell it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from haihe.city import api as city
from haihe.data.following.models import FollowKind
from haihe.data.open import api as open_data
from haihe.data.participation import api as participation

FILTERS: Final = ("q", "topic", "owner", "opening_type", "update_cycle", "has_api", "licence")
_ALONE: Final = {"topic": FollowKind.TOPIC, "owner": FollowKind.DEPARTMENT}
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to follow, with its name in the reader's language and the way to it."""

    kind: FollowKind
    target: str
    label: str
    path: str


def read_target(told: Mapping[str, str]) -> Target | None:
    """Return what an address tells: `dataset`, `request`, or the filters of a list. None for nonsense."""
    if slug := _tidy(told.get("dataset", "")):
        return named(FollowKind.DATASET, slug)
    if number := _tidy(told.get("request", "")):
        return named(FollowKind.REQUEST, number)
    narrowed = {name: _tidy(told.get(name, "")) for name in FILTERS}
    narrowed = {name: value for name, value in narrowed.items() if value}
    if not narrowed:
        return None
    if len(narrowed) == 1 and (kind := _ALONE.get(name := next(iter(narrowed)))):
        return named(kind, narrowed[name])
    return named(FollowKind.SEARCH, urlencode(narrowed))


def named(kind: str, target: str) -> Target | None:
    """Return the thing that this stands for, None where there is none (any more)."""
    return all_named([(kind, target)]).get((kind, target))


def all_named(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Target]:
    """Return the things that these kinds and targets stand for; datasets and requests are asked for in one go each."""
    by_kind: dict[str, set[str]] = {}
    for kind, target in wanted:
        by_kind.setdefault(kind, set()).add(target)
    return {(kind, one.target): one for kind, targets in by_kind.items() for one in _NAMED[FollowKind(kind)](targets)}


def filters_of(search: str) -> dict[str, str]:
    """Return the filters that a followed search consists of."""
    return {name: value for name, value in parse_qsl(search) if name in FILTERS}


def _datasets(slugs: set[str]) -> Iterator[Target]:
    for slug, found in open_data.datasets_named(slugs).items():
        yield Target(FollowKind.DATASET, slug, found.local_title, reverse("open:dataset", args=[slug]))


def _each(find: Callable[[str], Target | None]) -> Callable[[set[str]], Iterator[Target]]:
    """Take what is known in memory one by one."""
    return lambda targets: (found for one in targets if (found := find(one)))


def _topic(slug: str) -> Target | None:
    name = open_data.topic_names().get(slug)
    return Target(FollowKind.TOPIC, slug, name, reverse("open:topic", args=[slug])) if name else None


def _department(code: str) -> Target | None:
    body = city.organisation(code)
    if body is None:
        return None
    label = open_data.either(body.name, body.name_en)
    return Target(FollowKind.DEPARTMENT, code, label, reverse("open:department", args=[code]))


def _search(query: str) -> Target | None:
    filters = filters_of(query)
    if not filters:
        return None
    told = [_said(name, value) for name, value in filters.items()]
    return Target(FollowKind.SEARCH, query, " · ".join(told), f"{reverse('open:datasets')}?{query}")


def _requests(numbers: set[str]) -> Iterator[Target]:
    for found in participation.requests_named(numbers):
        yield Target(FollowKind.REQUEST, found.number, found.title, found.path)


def _said(name: str, value: str) -> str:
    if name == "q":
        return _("关键词“%(words)s”") % {"words": value}
    if name == "topic":
        return open_data.topic_names().get(value, value)
    if name == "owner":
        body = city.organisation(value)
        return open_data.either(body.short_name or body.name, body.name_en) if body else value
    return _("有接口") if name == "has_api" else value


def _tidy(text: str) -> str:
    return text.replace("\x00", "").strip()[:_LONGEST]


_NAMED: Final = {
    FollowKind.DATASET: _datasets,
    FollowKind.TOPIC: _each(_topic),
    FollowKind.DEPARTMENT: _each(_department),
    FollowKind.SEARCH: _each(_search),
    FollowKind.REQUEST: _requests,
}
