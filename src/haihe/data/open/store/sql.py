"""Trees as SQL: our own words and the columns' places, `?` for every value. Nothing that anybody wrote stands in it.

Both engines know the same words here; where they differ, the dialect says it. Comparisons with what is missing are
neither true nor false, as everywhere in SQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from haihe.data.open.store.columns import Value
from haihe.data.open.store.cursors import Position
from haihe.data.open.store.query import Order
from haihe.data.open.store.tree import (
    ID,
    All,
    Among,
    Between,
    Comparison,
    Condition,
    Either,
    Like,
    Missing,
    Not,
    Search,
    StartsWith,
    Within,
)

type Bound = str | int | float | bool | date | datetime
_LAST_BEFORE_SURROGATES, _FIRST_AFTER, _LAST_SIGN = 0xD7FF, "\ue000", "\U0010ffff"


class NotHere(Exception):
    """This engine can't answer that."""


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of a statement with the values of its marks, in their order."""

    text: str
    values: tuple[Bound, ...] = ()


EVERYTHING = Sql("TRUE")
AT_ANY_TIME = "{}::TIMESTAMP"
"""How a time is given to strftime, which else takes nanoseconds and knows no year before 1678 nor beyond 2262."""


class Dialect(Protocol):
    def value(self, value: Value) -> Bound:
        """Return the value as the engine keeps it."""

    def starts_with(self, column: str, start: str) -> Sql: ...

    def search(self, words: Sequence[str]) -> Sql:
        """Raises: NotHere."""


class Lite:
    """SQLite, with dates as texts that stand in the order of time."""

    def value(self, value: Value) -> Bound:
        return value.isoformat() if isinstance(value, date | datetime) else value

    def starts_with(self, column: str, start: str) -> Sql:
        """As a range, which an index can answer."""
        end = _next_text(start)
        if not start:
            return Sql(f"({column} >= '')")
        if end is None:
            return Sql(f"({column} >= ?)", (start,))
        return Sql(f"({column} >= ? AND {column} < ?)", (start, end))

    def search(self, words: Sequence[str]) -> Sql:
        raise NotHere


class Duck:
    """DuckDB."""

    def value(self, value: Value) -> Bound:
        return value

    def starts_with(self, column: str, start: str) -> Sql:
        return Sql(f"starts_with({column}::VARCHAR, ?)", (start,))

    def search(self, words: Sequence[str]) -> Sql:
        return Sql("(" + " AND ".join("contains(folded, ?)" for _ in words) + ")", tuple(words))


LITE, DUCK = Lite(), Duck()


def column_name(place: int) -> str:
    """Return what a column is called in the engines: by its place, whatever people call it."""
    return "id" if place == ID else f"c{place}"


def condition(node: Condition, dialect: Dialect) -> Sql:
    """Return a condition. Raises: NotHere where the engine can't decide it."""
    match node:
        case All(parts):
            return _joined([condition(part, dialect) for part in parts], " AND ")
        case Either(parts):
            return _joined([condition(part, dialect) for part in parts], " OR ")
        case Not(part):
            inner = condition(part, dialect)
            return Sql(f"(NOT {inner.text})", inner.values)
        case Search(words):
            return dialect.search(words)
        case Within():
            return _within(node)
    return _of_column(node, dialect)


def order(orders: Sequence[Order]) -> str:
    """Return what comes behind ORDER BY. What is missing is least."""
    parts = [f"{column_name(each.column)} {'DESC' if each.descending else 'ASC'}" for each in with_id(orders)]
    return ", ".join(parts)


def with_id(orders: Sequence[Order]) -> tuple[Order, ...]:
    """Return the order with the row's id as its end, in the last direction: so an index can be read backwards."""
    if orders and orders[-1].column == ID:
        return tuple(orders)
    return (*orders, Order(ID, orders[-1].descending if orders else False))


def behind(position: Position | None, orders: Sequence[Order], dialect: Dialect) -> tuple[Sql, ...]:
    """Return the conditions of the rows behind the position: stretches of the order, one behind the other.

    Each for itself is a range that an index answers, however deep it lies.
    """
    if position is None:
        return (EVERYTHING,)
    values = (*(position.values or ()), position.id)
    steps = [
        (column_name(each.column), each.descending, None if value is None else dialect.value(value))
        for each, value in zip(with_id(orders), values, strict=True)
    ]
    stretches = []
    for number in reversed(range(len(steps))):
        same = [_same(name, value) for name, _, value in steps[:number]]
        stretches += [all_of((*same, further)) for further in _further(*steps[number])]
    return tuple(stretches)


def _further(name: str, descending: bool, value: Bound | None) -> tuple[Sql, ...]:
    if value is None:
        return () if descending else (Sql(f"{name} IS NOT NULL"),)
    if not descending:
        return (Sql(f"{name} > ?", (value,)),)
    less = Sql(f"{name} < ?", (value,))
    return (less,) if name == "id" else (less, Sql(f"{name} IS NULL"))


def _same(name: str, value: Bound | None) -> Sql:
    return Sql(f"{name} IS NULL") if value is None else Sql(f"{name} = ?", (value,))


def all_of(parts: Sequence[Sql]) -> Sql:
    """Return the condition that holds where all parts do."""
    telling = [part for part in parts if part != EVERYTHING]
    return _joined(telling, " AND ") if telling else EVERYTHING


def any_of(parts: Sequence[Sql]) -> Sql:
    """Return the condition that holds where one of the parts does."""
    return _joined(parts, " OR ")


def _joined(parts: Sequence[Sql], word: str) -> Sql:
    text = word.join(part.text for part in parts)
    return Sql(f"({text})", tuple(value for part in parts for value in part.values))


def _of_column(node: Condition, dialect: Dialect) -> Sql:
    match node:
        case Comparison(place, sign, value):
            return Sql(f"({column_name(place)} {sign} ?)", (dialect.value(value),))
        case Among(place, values):
            marks = ", ".join("?" for _ in values)
            return Sql(f"({column_name(place)} IN ({marks}))", tuple(map(dialect.value, values)))
        case Between(place, least, most):
            return Sql(f"({column_name(place)} BETWEEN ? AND ?)", (dialect.value(least), dialect.value(most)))
        case Missing(place):
            return Sql(f"({column_name(place)} IS NULL)")
        case Like(place, pattern):
            return Sql(f"({column_name(place)} LIKE ? ESCAPE '\\')", (pattern,))
        case StartsWith(place, start):
            return dialect.starts_with(column_name(place), start)
    raise TypeError(node)


def _within(node: Within) -> Sql:
    longitude, latitude = column_name(node.longitude), column_name(node.latitude)
    return Sql(
        f"({longitude} BETWEEN ? AND ? AND {latitude} BETWEEN ? AND ?)",
        (node.west, node.east, node.south, node.north),
    )


def _next_text(start: str) -> str | None:
    """Return the least text behind all that begin so; None if there is none."""
    kept = start.rstrip(_LAST_SIGN)
    if not kept:
        return None
    last = ord(kept[-1])
    return kept[:-1] + (_FIRST_AFTER if last == _LAST_BEFORE_SURROGATES else chr(last + 1))
