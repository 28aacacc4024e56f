"""Ask PostgreSQL: which of these entries match, in which order, and how they fall into facets."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Count, Expression, F, FloatField, Func, Model, Q, QuerySet, Value
from django.db.models.functions import Length

from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.search.question import each_part, question
from haihe.kernel.text import normalise

FACETS = ("owner", "sharing_type", "update_cycle", "category", "opening_type")
_WEIGHTS = "{0.02,0.1,0.4,1.0}"
"""Of the ranked vector's classes D, C, B, A (`document`)."""
_BY_LENGTH = 1
"""ts_rank divides by the logarithm of the length: a short title that says it outdoes a long one that says it too."""


@dataclass(frozen=True, slots=True)
class Found:
    """Entries in order of rank, how many they are, and their counts by facet and value, most first.

    `loosely` is true where nothing matched all that was typed, and these match a part of it or sound like it.
    """

    rows: "QuerySet[Resource]"
    total: int
    facets: dict[str, dict[str, int]]
    loosely: bool = False


def find(rows: "QuerySet[Resource]", typed: str, narrowed: Mapping[str, str] | None = None) -> Found:
    """Return which of `rows` match what was typed, within the facets' values in `narrowed`.

    A facet that narrows counts as if it did not, so that its other values can be chosen instead.
    """
    narrowed = narrowed or {}
    if not normalise(typed):
        return _found(rows.order_by("code"), narrowed)
    asked = question(typed)
    strict = _found(_matching(rows, asked.strict, typed), narrowed)
    if strict.total or not asked.loose:
        return strict
    return _found(_matching(rows, asked.loose, typed), narrowed, loosely=True)


def matching[M: Model](rows: "QuerySet[M]", typed: str) -> "QuerySet[M]":
    """Return which rows match all that was typed, the best first; of any table with title, code, vectors."""
    if not normalise(typed):
        return rows.order_by("code")
    return _matching(rows, question(typed).strict, typed)


def closest[M: Model](rows: "QuerySet[M]", typed: str) -> "tuple[QuerySet[M], bool]":
    """Return what matches all that was typed, or else what matches a part of it or sounds alike, and whether it is so.

    Of any table with title, code, vectors, like `matching`.
    """
    strict = matching(rows, typed)
    if not normalise(typed) or strict.exists() or not (loose := question(typed).loose):
        return strict, False
    return _matching(rows, loose, typed), True


def _matching[M: Model](rows: "QuerySet[M]", query: str, typed: str) -> "QuerySet[M]":
    if not query:
        return rows.none()
    asked, parts = _query(query), _query(each_part(query))
    rank = Func(Value(_WEIGHTS), F("ranked"), parts, Value(_BY_LENGTH), function="ts_rank", output_field=FloatField())
    is_it = Q(title__iexact=normalise(typed))
    matched = rows.filter(_Matches(F("found"), asked)).alias(is_it=is_it, rank=rank)
    return cast("QuerySet[M]", matched.order_by("-is_it", "-rank", Length("title"), "code"))


def _found(rows: "QuerySet[Resource]", narrowed: Mapping[str, str], *, loosely: bool = False) -> Found:
    all_of_it = rows.filter(**narrowed)
    total, facets = _counted(all_of_it, FACETS)
    for facet in narrowed.keys() & set(FACETS):
        others = {name: value for name, value in narrowed.items() if name != facet}
        facets |= _counted(rows.filter(**others), (facet,))[1]
    return Found(all_of_it.defer("found", "ranked"), total, facets, loosely)


def _counted(rows: "QuerySet[Resource]", facets: tuple[str, ...]) -> tuple[int, dict[str, dict[str, int]]]:
    """Return how many rows there are, and of each facet how many have which value: in one pass over them."""
    counters: dict[str, Counter[str]] = {facet: Counter() for facet in facets}
    total = 0
    for *values, count in rows.order_by().values_list(*facets).annotate(count=Count("pk")):
        total += count
        for facet, value in zip(facets, values, strict=True):
            counters[facet][value] += count
    return total, {facet: dict(counts.most_common()) for facet, counts in counters.items()}


def _query(text: str) -> Expression:
    return Func(Value(text), template="%(expressions)s::tsquery", output_field=SearchQueryField())


class _Matches(Func):
    arg_joiner = " @@ "
    template = "(%(expressions)s)"
    output_field = BooleanField()
    conditional = True
