"""What changed between two versions of an item, told by element: before and after, beside each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from haihe.platforms.services.items.elements.columns import TABLES, Column, Table
from haihe.platforms.services.items.elements.flat import Row, Rows, split

type Pair = tuple[Row | None, Row | None]


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """One element; `before` or `after` is empty where there is nothing. `lang` as its column's."""

    heading: str
    before: str
    after: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row. `kind` is added, removed or changed; `name` says which it is."""

    kind: str
    name: str
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True, slots=True)
class ChangedTable:
    """The rows of one table that aren't as they were."""

    title: str
    rows: tuple[ChangedRow, ...]


def differences(before: Rows, after: Rows) -> list[ChangedTable]:
    """Return what changed, table by table; nothing where nothing did."""
    tables = [
        ChangedTable(str(table.title), tuple(_changed(table, before.get(table.key, []), after.get(table.key, []))))
        for table in TABLES
    ]
    return [table for table in tables if table.rows]


def told(column: Column, cell: str) -> str:
    """Return a cell as people read it: labels instead of values."""
    labels = dict(column.options)
    if column.kind == "several":
        return "、".join(str(labels.get(one, one)) for one in split(cell))
    return str(labels.get(cell, cell))


def _changed(table: Table, before: list[Row], after: list[Row]) -> Iterator[ChangedRow]:
    for old, new in _pairs(table, before, after):
        cells = tuple(_cells(table, old or {}, new or {}))
        if cells:
            kind = "changed" if old and new else "added" if new else "removed"
            yield ChangedRow(kind, _name(table, new or old or {}), cells)


def _cells(table: Table, old: Row, new: Row) -> Iterator[ChangedCell]:
    for column in table.columns:
        was, now = old.get(column.name, ""), new.get(column.name, "")
        if was != now and not (table.is_one_row and column.name == "version"):
            yield ChangedCell(str(column.heading), told(column, was), told(column, now), column.lang)


def _name(table: Table, row: Row) -> str:
    for name in ("name.zh", "zh", "law.zh", "ask.zh", "q.zh", "label.zh", "asks.zh", table.identity, "name"):
        if text := row.get(name):
            return "" if table.is_one_row else text
    return ""


def _pairs(table: Table, before: list[Row], after: list[Row]) -> Iterator[Pair]:
    if table.identity:
        yield from _by_identity(table, before, after)
        return
    matcher = SequenceMatcher(None, [_frozen(row) for row in before], [_frozen(row) for row in after], autojunk=False)
    for kind, start, stop, new_start, new_stop in matcher.get_opcodes():
        if kind != "equal":
            yield from _side_by_side(before[start:stop], after[new_start:new_stop])


def _by_identity(table: Table, before: list[Row], after: list[Row]) -> Iterator[Pair]:
    if table.is_one_row:
        yield from _side_by_side(before[:1], after[:1])
        return
    was = {row[table.identity]: row for row in before}
    now = {row[table.identity]: row for row in after}
    for key, row in now.items():
        yield was.get(key), row
    yield from ((row, None) for key, row in was.items() if key not in now)


def _side_by_side(before: list[Row], after: list[Row]) -> Iterator[Pair]:
    """Pair rows in their order; what one side has more of came or went."""
    for number in range(max(len(before), len(after))):
        yield (
            before[number] if number < len(before) else None,
            after[number] if number < len(after) else None,
        )


def _frozen(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(row.items()))
