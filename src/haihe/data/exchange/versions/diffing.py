"""What changed between two snapshots of one register, found set by set in their Parquet; nothing personal is opened.

Rows are told apart by their subject; a register about nobody has no such key, so its rows are the same only if they are
the same altogether: a changed row there is one gone and one come. Identity numbers and names are compared by their
keyed hashes; what is only sealed isn't compared, and the page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from haihe.data.exchange.engine import duck, name, text
from haihe.data.exchange.rules import Personal
from haihe.data.exchange.tables import SnapshotTable, StoredColumn

MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A field that changed. `before` and `after` are None where the values are personal and stay unseen."""

    field: str
    title: str
    before: str | None
    after: str | None
    is_personal: bool


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that changed, with its line in each of the two."""

    line_before: int
    line_after: int
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """rows before = gone + changed + same; rows after = come + changed + same. `by_field` counts changed rows."""

    come: int
    gone: int
    changed: int
    same: int
    by_field: Mapping[str, int]
    rows: tuple[ChangedRow, ...]
    fields_come: tuple[str, ...]
    fields_gone: tuple[str, ...]
    not_compared: tuple[str, ...]


def difference(before: SnapshotTable, after: SnapshotTable, *, work: Path) -> Difference:
    """Compare two snapshots of one resource. `work` is a folder to spill in."""
    compared = _compared(before, after)
    with duck(work) as connection:
        for side, table in (("before", before), ("after", after)):
            connection.execute(f"CREATE VIEW {side} AS FROM read_parquet({text(table.file)})")
        if any(column.personal is Personal.SUBJECT for column in after.columns):
            connection.execute(_joined(compared))
        else:
            connection.execute(_matched_whole(compared))
        return _told(connection, before, after, compared)


def _compared(before: SnapshotTable, after: SnapshotTable) -> list[StoredColumn]:
    known = {column.field: column for column in before.columns}
    return [
        column
        for column in after.columns
        if column.column
        and column.field in known
        and known[column.field].column == column.column
        and column.personal is not Personal.SUBJECT
    ]


def _joined(compared: list[StoredColumn]) -> str:
    flags = ", ".join(
        f"b.{name(c.column)} IS DISTINCT FROM a.{name(c.column)} AS {name(f'differs_{place}')}"
        for place, c in enumerate(compared)
    )
    values = ", ".join(
        f"{side}.{name(c.column)}::VARCHAR AS {name(f'{word}_{place}')}"
        for place, c in enumerate(compared)
        if c.personal is Personal.NONE
        for side, word in (("b", "was"), ("a", "is"))
    )
    columns = ", ".join(filter(None, ["b.line AS line_before", "a.line AS line_after", flags, values]))
    return f"CREATE TABLE both_sides AS SELECT {columns} FROM before b FULL JOIN after a ON b.subject = a.subject"  # noqa: S608 - quoted names of our own columns


def _matched_whole(compared: list[StoredColumn]) -> str:
    """Pair rows that are the same altogether, each with one of its like."""
    key = ", ".join(name(c.column) for c in compared)
    numbered = f"SELECT line, {key}, row_number() OVER (PARTITION BY {key} ORDER BY line) AS nth"
    on = " AND ".join(
        [f"b.{name(c.column)} IS NOT DISTINCT FROM a.{name(c.column)}" for c in compared] + ["b.nth = a.nth"]
    )
    return (
        "CREATE TABLE both_sides AS SELECT b.line AS line_before, a.line AS line_after "  # noqa: S608 - as above
        f"FROM ({numbered} FROM before) b FULL JOIN ({numbered} FROM after) a ON {on}"
    )


def _told(
    connection: duckdb.DuckDBPyConnection, before: SnapshotTable, after: SnapshotTable, compared: list[StoredColumn]
) -> Difference:
    known = {column[0] for column in connection.execute("DESCRIBE both_sides").fetchall()}
    flags = [(place, column) for place, column in enumerate(compared) if f"differs_{place}" in known]
    changed = " OR ".join(name(f"differs_{place}") for place, _column in flags) or "false"
    both = "line_before IS NOT NULL AND line_after IS NOT NULL"
    come, gone, different, same = connection.execute(
        f"SELECT count(*) FILTER (line_before IS NULL), count(*) FILTER (line_after IS NULL), "  # noqa: S608 - as above
        f"count(*) FILTER ({both} AND ({changed})), count(*) FILTER ({both} AND NOT ({changed})) FROM both_sides"
    ).fetchone() or (0, 0, 0, 0)
    return Difference(
        come=come,
        gone=gone,
        changed=different,
        same=same,
        by_field=_by_field(connection, flags, both),
        rows=_rows(connection, flags, f"{both} AND ({changed})"),
        fields_come=_only_in(after, before),
        fields_gone=_only_in(before, after),
        not_compared=tuple(column.title for column in after.columns if not column.column),
    )


def _by_field(
    connection: duckdb.DuckDBPyConnection, flags: list[tuple[int, StoredColumn]], both: str
) -> dict[str, int]:
    if not flags:
        return {}
    counted = ", ".join(f"count(*) FILTER ({both} AND {name(f'differs_{place}')})" for place, _column in flags)
    found = connection.execute(f"SELECT {counted} FROM both_sides").fetchone() or ()  # noqa: S608 - as above
    return {column.title: count for (_place, column), count in zip(flags, found, strict=True) if count}


def _rows(
    connection: duckdb.DuckDBPyConnection, flags: list[tuple[int, StoredColumn]], where: str
) -> tuple[ChangedRow, ...]:
    found = connection.execute(f"FROM both_sides WHERE {where} ORDER BY line_after LIMIT {MOST_SHOWN}")
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
    return tuple(ChangedRow(row["line_before"], row["line_after"], _cells(row, flags)) for row in rows)


def _cells(row: Mapping[str, Any], flags: list[tuple[int, StoredColumn]]) -> tuple[ChangedCell, ...]:
    return tuple(
        ChangedCell(
            column.field,
            column.title,
            row.get(f"was_{place}"),
            row.get(f"is_{place}"),
            column.personal is not Personal.NONE,
        )
        for place, column in flags
        if row[f"differs_{place}"]
    )


def _only_in(one: SnapshotTable, other: SnapshotTable) -> tuple[str, ...]:
    known = {column.field for column in other.columns}
    return tuple(column.title for column in one.columns if column.field not in known)
