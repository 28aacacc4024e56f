"""Find items as people ask for them: by what they want done, in Chinese, pinyin or English; by topic and department."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from django.db.models import Count, F, Func, IntegerField, Max, QuerySet, Value
from django.db.models.functions import Length

from haihe.data.catalogue import api as catalogue
from haihe.platforms.services.items.kinds import ObjectKind
from haihe.platforms.services.items.models import ItemEntry
from haihe.platforms.services.items.queries import versions_in_force
from haihe.platforms.services.items.wording import sayings

LONGEST_SEARCH: Final = 60
_NOISE: Final = re.compile(
    "我(要|想)(要|去|在)?(办理?|申请)?|(应该|怎么|怎样|咋|如何|在?哪(里|儿)?|去哪(里|儿)?|什么地方)(才)?(能|可以|给)?(办理?|申请|开|弄|整)?"
    "|需?要(交|带|准备)?(什么|哪些|啥|嘛)(材料|手续|东西)?|要?办(什么|啥|哪些)(手续)?|办理?(手续|流程|指南)|有没有|能不能|可不可以|行不行"
    "|请问|您好|你好|多少钱|多久|多长时间|吗|呢|[?？！!。，,]"
)
"""What people say around the thing they want; left out unless nothing else was typed."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty means all. `who` is PERSON or COMPANY: whose tab."""

    q: str = ""
    topic: str = ""
    authority: str = ""
    who: str = ""
    kind: str = ""
    channel: str = ""

    @property
    def is_narrow(self) -> bool:
        return any((self.q, self.topic, self.authority, self.who, self.kind, self.channel))


@dataclass(frozen=True, slots=True)
class Found:
    """Items in order, how many, and how many of them are of which topic and department.

    `loosely`: nothing matched all that was typed; these match a part of it or sound like it.
    `corrected`: misspelt words, and what was looked for in their place.
    """

    rows: "QuerySet[ItemEntry]"
    total: int
    topics: dict[str, int]
    authorities: dict[str, int]
    loosely: bool = False
    corrected: Mapping[str, str] = field(default_factory=dict)


_LEAST_CLOSE: Final = 0.25
"""How much of what was typed the closest has at least; with less, another word is wanted, not these."""
_CODE: Final = re.compile(r"[0-9]{6}-([a-z]{1,2}|[a-z]{2}-[0-9]{0,4})?", re.IGNORECASE)


def entries_in_force(*, on: date) -> "QuerySet[ItemEntry]":
    """Return the entries of the items in force on that day."""
    in_force = versions_in_force(on=on).values("pk")
    return ItemEntry.objects.filter(version__in=in_force).select_related("version").defer("version__content")


def find_items(filters: Filters, *, on: date) -> Found:
    """Return the items that match what was typed, within the filters."""
    about = _about(_narrowed(entries_in_force(on=on), filters))
    ranking = _ranked(wanted(filters.q), about)
    authorities = Counter(about[pk].authority for pk in ranking.keys)
    topics = Counter(topic for pk in ranking.keys for topic in about[pk].topics)
    return Found(
        rows=_in_order(ranking.keys),
        total=len(ranking.keys),
        topics=dict(topics.most_common()),
        authorities=dict(authorities.most_common()),
        loosely=ranking.loosely,
        corrected=ranking.corrected,
    )


@dataclass(frozen=True, slots=True)
class Closest:
    """The first few items that match; `loosely` and `corrected` as in `Found`."""

    rows: list[ItemEntry]
    loosely: bool
    corrected: Mapping[str, str]


def closest_items(text: str, *, on: date, limit: int) -> Closest:
    """Return the first items that match, for a box that shows a few of many things."""
    ranking = _ranked(text, _about(entries_in_force(on=on)))
    if ranking.share < _LEAST_CLOSE:
        return Closest([], True, {})
    return Closest(list(_in_order(ranking.keys[:limit])), ranking.loosely, ranking.corrected)


def wanted(typed: str) -> str:
    """Return what was asked for, without the words around it."""
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    text = typed.replace("\x00", "").strip()[:LONGEST_SEARCH]
    telling = " ".join(_NOISE.sub(" ", text).split())
    return telling or text


class _About(NamedTuple):
    code: str
    authority: str
    topics: list[str]


def _about(rows: "QuerySet[ItemEntry]") -> dict[int, _About]:
    told = rows.order_by("code").values_list("pk", "code", "authority", "topics")
    return {pk: _About(code, authority, topics) for pk, code, authority, topics in told}


def _ranked(text: str, about: Mapping[int, _About]) -> catalogue.Ranking[int]:
    if not text:
        return catalogue.Ranking(tuple(about), loosely=False)
    if _CODE.fullmatch(text):
        return catalogue.Ranking(
            tuple(pk for pk, one in about.items() if one.code.startswith(text.upper())), loosely=False
        )
    return _index().rank(catalogue.parts_of(text, sayings()), among=about)


def _in_order(keys: Sequence[int]) -> "QuerySet[ItemEntry]":
    place = Func(Value(list(keys)), F("pk"), function="array_position", output_field=IntegerField())
    rows = ItemEntry.objects.filter(pk__in=keys).select_related("version").order_by(place)
    return rows.defer("found", "ranked", "version__content")


def _index() -> catalogue.Index[int]:
    """Return the entries' words; they never change, so they are read again only when there are other entries."""
    stamp = ItemEntry.objects.aggregate(count=Count("pk"), last=Max("pk"))
    return _index_of(stamp["count"], stamp["last"])


@lru_cache(maxsize=1)
def _index_of(_count: int, _last: int | None) -> catalogue.Index[int]:
    rows = ItemEntry.objects.order_by(Length("title"), "code").values_list("pk", "found", "ranked")
    return catalogue.Index((pk, catalogue.Document(found, ranked)) for pk, found, ranked in rows)


def _narrowed(rows: "QuerySet[ItemEntry]", filters: Filters) -> "QuerySet[ItemEntry]":
    if filters.topic:
        rows = rows.filter(topics__contains=[filters.topic])
    if filters.who == ObjectKind.PERSON:
        rows = rows.filter(objects_kind__contains=[ObjectKind.PERSON])
    elif filters.who:
        rows = rows.exclude(objects_kind=[ObjectKind.PERSON])
    if filters.channel:
        rows = rows.filter(channels__contains=[filters.channel])
    for name in ("authority", "kind"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    return rows
