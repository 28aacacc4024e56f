"""What a condition means, in plain Python and row by row; None is neither true nor false."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from haihe.data.open.store.columns import Column
from haihe.data.open.store.folding import folded
from haihe.data.open.store.query import Order
from haihe.data.open.store.sql import with_id
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

type Row = tuple[Any, ...]
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def holds(node: Condition, row: Row, columns: Sequence[Column]) -> bool | None:
    match node:
        case Not(part):
            inner = holds(part, row, columns)
            return None if inner is None else not inner
        case All(parts):
            told = [holds(part, row, columns) for part in parts]
            return False if False in told else None if None in told else True
        case Either(parts):
            told = [holds(part, row, columns) for part in parts]
            return True if True in told else None if None in told else False
        case Missing(place):
            return row[place + 1] is None
        case Search(words):
            texts = [row[n + 1] or "" for n, column in enumerate(columns) if column.kind == "text"]
            whole = "\n".join(map(folded, texts))
            return all(word in whole for word in words)
        case Within(longitude, latitude, west, south, east, north):
            return holds(All((Between(longitude, west, east), Between(latitude, south, north))), row, columns)
    return _of_cell(node, row[node.column + 1])


def _of_cell(node: Comparison | Among | Between | Like | StartsWith, cell: Any) -> bool | None:
    if cell is None:
        return None
    match node:
        case Comparison(_, sign, value):
            return _SIGNS[sign](cell, value)
        case Among(_, values):
            return cell in values
        case Between(_, least, most):
            return bool(least <= cell <= most)
        case Like(_, pattern):
            return re.fullmatch(_expression(pattern), cell, re.DOTALL) is not None
        case StartsWith(_, start):
            return bool(cell.startswith(start))


def _expression(pattern: str) -> str:
    parts = re.findall(r"\\(.)|(.)", pattern, re.DOTALL)
    return "".join(
        re.escape(taken) if taken else {"%": ".*", "_": "."}.get(sign, re.escape(sign)) for taken, sign in parts
    )


def in_order(rows: Sequence[Row], orders: Sequence[Order]) -> list[Row]:
    """Return the rows in order; what is missing is least."""
    told = list(rows)
    for each in reversed(with_id(orders)):
        place = each.column + 1 if each.column != ID else 0
        missing = [row for row in told if row[place] is None]
        there = sorted((row for row in told if row[place] is not None), key=itemgetter(place), reverse=each.descending)
        told = there + missing if each.descending else missing + there
    return told


def written(node: Condition, columns: Sequence[Column]) -> str:
    """Return the condition as somebody would write it."""
    match node:
        case Not(part):
            return f"not ({written(part, columns)})"
        case All(parts):
            return " and ".join(f"({written(part, columns)})" for part in parts)
        case Either(parts):
            return " OR ".join(f"({written(part, columns)})" for part in parts)
        case Search(words):
            return f"search({_text(' '.join(words))})"
        case Within(longitude, latitude, west, south, east, north):
            names = f"{_name(longitude, columns)}, {_name(latitude, columns)}"
            return f"within({names}, {west!r}, {south!r}, {east!r}, {north!r})"
    return _of_column(node, columns)


def _of_column(node: Comparison | Among | Between | Missing | Like | StartsWith, columns: Sequence[Column]) -> str:
    name = _name(node.column, columns)
    match node:
        case Comparison(_, sign, value):
            return f"{name}{sign}{_value(value)}"
        case Among(_, values):
            return f"{name} in ({','.join(map(_value, values))})"
        case Between(_, least, most):
            return f"{name} Between {_value(least)} and {_value(most)}"
        case Missing():
            return f"{name} is null"
        case Like(_, pattern):
            return f"{name} like {_text(pattern)}"
        case StartsWith(_, start):
            return f"starts_with({name}, {_text(start)})"


def _name(place: int, columns: Sequence[Column]) -> str:
    if place == ID:
        return "_id"
    name = columns[place].name
    return name if name.isidentifier() else '"' + name.replace('"', '""') + '"'


def _value(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _text(value)
        case date() | datetime():
            return _text(value.isoformat())
    return repr(value)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
