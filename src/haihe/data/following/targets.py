"""What is followed, in words and in the forms in which addresses tell it."""

from collections.abc import Mapping
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
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to follow, with its name in the reader's language and the way to it."""

    kind: FollowKind
    target: str
    label: str
    path: str


def read_target(told: Mapping[str, str]) -> Target | None:
    """Return what an address tells: `dataset`, `request`, or the filters of a list. None for nonsense."""
    if slug := told.get("dataset", ""):
        return named(FollowKind.DATASET, slug)
    if number := told.get("request", ""):
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
    return _NAMED[FollowKind(kind)](_without_nul(target))


def filters_of(search: str) -> dict[str, str]:
    """Return the filters that a followed search consists of."""
    return {name: value for name, value in parse_qsl(search) if name in FILTERS}


def _dataset(slug: str) -> Target | None:
    found = open_data.datasets_named([slug]).get(slug)
    path = reverse("open:dataset", args=[slug]) if found else ""
    return Target(FollowKind.DATASET, slug, found.local_title, path) if found else None


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


def _request(number: str) -> Target | None:
    found = participation.request_named(number)
    return Target(FollowKind.REQUEST, number, found.title, found.path) if found else None


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
    return _without_nul(text).strip()[:_LONGEST]


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")


_NAMED: Final = {
    FollowKind.DATASET: _dataset,
    FollowKind.TOPIC: _topic,
    FollowKind.DEPARTMENT: _department,
    FollowKind.SEARCH: _search,
    FollowKind.REQUEST: _request,
}
