"""The beginning of a list that may be long, and its length: a desk shows what comes first, and leads to the rest."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, QuerySet

EXCERPT_ROWS = 10


@dataclass(frozen=True, slots=True)
class Excerpt[T]:
    """The first rows and the count of all."""

    rows: list[T]
    count: int

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.rows)


def excerpt[M: Model, T](found: "QuerySet[M]", shown: Callable[[M], T], *, rows: int = EXCERPT_ROWS) -> Excerpt[T]:
    """Read one row more than is shown; only where there is one are all counted."""
    first = list(found[: rows + 1])
    count = found.count() if len(first) > rows else len(first)
    return Excerpt([shown(row) for row in first[:rows]], count)
