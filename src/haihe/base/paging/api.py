"""What neighbours may use: one part of a list after a place in it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

_LONGEST: Final = 400
_ENOUGH: Final = 8
"""No list is ordered by more columns."""


@dataclass(frozen=True, slots=True)
class Part[Row]:
    """Some rows of a list; `after` is the place at which the next part begins, "" where nothing follows."""

    rows: list[Row]
    after: str


def part[Row: Model](segments: Sequence[QuerySet[Row]], *, after: str, most: int) -> Part[Row]:
    """Return the next rows after a place; the first ones for a place that is none of this list.

    A list is one segment, or several that follow one another. Each is ordered by named columns that are never NULL in
    it, of which the last one is unique; an index on them makes every part cost the same.
    """
    number, values = _read(segments, after)
    found: list[Row] = []
    ends: list[int] = []
    for here in range(number, len(segments)):
        rows = _beyond(segments[here], values) if here == number and values else segments[here]
        taken = list(rows[: most + 1 - len(found)])
        found += taken
        ends += [here] * len(taken)
        if len(found) > most:
            return Part(found[:most], place(segments, ends[most - 1], found[most - 1]))
    return Part(found, "")


def place[Row: Model](segments: Sequence[QuerySet[Row]], number: int, row: Row) -> str:
    """Return the place just after this row of that segment, as an address bears it."""
    values = [_plain(getattr(row, column)) for column, _down in _order(segments[number])]
    return urlsafe_b64encode(json.dumps([number, values]).encode()).decode().rstrip("=")


def _order(rows: QuerySet[Any]) -> list[tuple[str, bool]]:
    columns = rows.query.order_by or rows.model._meta.ordering
    named = [str(column) for column in columns]
    return [(column.removeprefix("-"), column.startswith("-")) for column in named]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(segments: Sequence[QuerySet[Any]], after: str) -> tuple[int, list[Any]]:
    """Return the segment and the values of a place; the beginning for whatever isn't one."""
    try:
        number, values = json.loads(urlsafe_b64decode(after[:_LONGEST] + "=" * (-len(after[:_LONGEST]) % 4)))
        if type(number) is not int or not 0 <= number < len(segments) or not isinstance(values, list):
            return 0, []
        return number, list(_valued(segments[number], values))
    except (ValueError, TypeError, RecursionError, ValidationError):
        return 0, []


def _valued(rows: QuerySet[Any], values: list[Any]) -> Iterator[Any]:
    """Raises: ValueError, TypeError, ValidationError."""
    for (column, _down), value in zip(_order(rows), values[:_ENOUGH], strict=True):
        read = rows.model._meta.get_field(column).to_python(value)
        if (
            read is None
            or (isinstance(read, str) and "\x00" in read)
            or (isinstance(read, datetime) and timezone.is_naive(read))
        ):
            raise ValueError(column)
        yield read


def _beyond[Row: Model](rows: QuerySet[Row], values: list[Any]) -> QuerySet[Row]:
    """Return the rows after these values. The first column alone bounds them too: its index is entered there."""
    (column, down), value = _order(rows)[0], values[0]
    bound = Q(**{f"{column}__{'lte' if down else 'gte'}": value})
    return rows.filter(bound, _after(_order(rows), values))


def _after(order: list[tuple[str, bool]], values: list[Any]) -> Q:
    (column, down), value = order[0], values[0]
    further = Q(**{f"{column}__{'lt' if down else 'gt'}": value})
    if len(order) == 1:
        return further
    return further | Q(**{column: value}) & _after(order[1:], values[1:])
