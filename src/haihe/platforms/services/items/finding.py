"""Find items as people ask for them: by what they want done, in Chinese, pinyin or English; by topic and department."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet

from haihe.data.catalogue import api as catalogue
from haihe.platforms.services.items.kinds import ObjectKind
from haihe.platforms.services.items.models import ItemEntry
from haihe.platforms.services.items.queries import versions_in_force

LONGEST_SEARCH: Final = 60
_NOISE: Final = re.compile(
    "我(要|想)(要|去|在)?(办理?|申请)?|(应该|怎么|怎样|如何|在?哪(里|儿)?|去哪(里|儿)?|什么地方)(才)?(能|可以)?(办理?|申请|开)?"
    "|需要(什么|哪些)(材料|手续)?|办理?(手续|流程|指南)|多少钱|多久|吗|呢|[?？！!。，,]"
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
    """

    rows: "QuerySet[ItemEntry]"
    total: int
    topics: dict[str, int]
    authorities: dict[str, int]
    loosely: bool = False


_CODE: Final = re.compile(r"[0-9]{6}-([a-z]{1,2}|[a-z]{2}-[0-9]{0,4})?", re.IGNORECASE)


def entries_in_force(*, on: date) -> "QuerySet[ItemEntry]":
    """Return the entries of the items in force on that day."""
    in_force = versions_in_force(on=on).values("pk")
    return ItemEntry.objects.filter(version__in=in_force).select_related("version").defer("version__content")


def find_items(filters: Filters, *, on: date) -> Found:
    """Return the items that match what was typed, within the filters."""
    rows, loosely = _asked_for(_narrowed(entries_in_force(on=on), filters), wanted(filters.q))
    topics, authorities = Counter[str](), Counter[str]()
    total = 0
    for authority, of_it in rows.order_by().values_list("authority", "topics"):
        total += 1
        authorities[authority] += 1
        topics.update(of_it)
    shown = rows.defer("found", "ranked", "version__content")
    return Found(shown, total, dict(topics.most_common()), dict(authorities.most_common()), loosely)


@dataclass(frozen=True, slots=True)
class Closest:
    """The first few items that match; `loosely` as in `Found`."""

    rows: list[ItemEntry]
    loosely: bool


def closest_items(text: str, *, on: date, limit: int) -> Closest:
    """Return the first items that match, uncounted: for a box that shows a few of many things."""
    rows, loosely = _asked_for(entries_in_force(on=on), text)
    return Closest(list(rows.defer("found", "ranked", "version__content")[:limit]), loosely)


def wanted(typed: str) -> str:
    """Return what was asked for, without the words around it."""
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    text = typed.replace("\x00", "").strip()[:LONGEST_SEARCH]
    telling = " ".join(_NOISE.sub(" ", text).split())
    return telling or text


def _asked_for(rows: "QuerySet[ItemEntry]", text: str) -> "tuple[QuerySet[ItemEntry], bool]":
    if _CODE.fullmatch(text):
        return rows.filter(code__istartswith=text).order_by("code"), False
    return catalogue.closest(rows, text)


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
