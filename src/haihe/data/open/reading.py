"""Look into a version's rows for its page: the first of them, a chart, a map, what changed.

Versions never change, so what was read once of a path holds; each read is bounded in memory.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb

from haihe.city import api as city
from haihe.data.open import places
from haihe.data.open.columns import NUMBERS, OpenColumn
from haihe.data.open.models import DatasetVersion

PREVIEW_ROWS: Final = 10
MOST_POINTS: Final = 400
MOST_BARS: Final = 16
_MEMORY: Final[dict[str, str | bool | int | float | list[str]]] = {"memory_limit": "512MB", "threads": "1"}
_FEW_KINDS: Final = 40
_SERIALS: Final = ("number", "code", "position", "year", "built_year")

type Cell = Any


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart's data: what is counted or averaged, by what. `kind` is "line" over time, else "bar"."""

    kind: str
    by: str
    value: str
    labels: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows of the rows. `filled` is the share of cells that say something, in percent."""

    rows: tuple[tuple[Cell, ...], ...]
    drawing: Drawing | None
    points: tuple[tuple[int, int], ...]
    filled: int


@dataclass(frozen=True, slots=True)
class Changed:
    """One row that differs between two versions: "added", "removed", or "changed" with both states."""

    how: str
    row_id: int
    before: tuple[Cell, ...]
    after: tuple[Cell, ...]


def seen(version: DatasetVersion) -> Seen | None:
    """Return what there is to see; None where the version's file isn't here (yet)."""
    file = places.data_dir() / version.path / places.ROWS
    with suppress(duckdb.IOException):
        return _seen(str(file), version.sha256, version.open_columns)
    return None


def changes(version: DatasetVersion, before: DatasetVersion, *, limit: int) -> list[Changed]:
    """Return the first rows that differ, by row id. Raises: duckdb.IOException where a file is gone."""
    names = [one.name for one in version.open_columns if one.name in {old.name for old in before.open_columns}]
    new, old = (str(places.data_dir() / each.path / places.ROWS) for each in (version, before))
    told = ", ".join(f"{side}.{_quoted(name)}" for side in "op" for name in names)
    differ = " OR ".join(f"o.{_quoted(name)} IS DISTINCT FROM p.{_quoted(name)}" for name in names) or "false"
    with duckdb.connect(":memory:", config=_MEMORY) as connection:
        rows = connection.execute(
            f"SELECT coalesce(o._id, p._id), o._id IS NULL, p._id IS NULL, {told} "  # noqa: S608 - our own names, quoted
            f"FROM read_parquet(?) AS o FULL JOIN read_parquet(?) AS p ON o._id = p._id "
            f"WHERE o._id IS NULL OR p._id IS NULL OR {differ} ORDER BY 1 LIMIT ?",
            [old, new, limit],
        ).fetchall()
    return [_changed(row, len(names)) for row in rows]


def shared_columns(version: DatasetVersion, before: DatasetVersion) -> tuple[OpenColumn, ...]:
    known = {one.name for one in before.open_columns}
    return tuple(one for one in version.open_columns if one.name in known)


def _changed(row: Sequence[Cell], width: int) -> Changed:
    row_id, is_new, is_gone, *cells = row
    how = "added" if is_new else "removed" if is_gone else "changed"
    return Changed(how, row_id, tuple(cells[:width]), tuple(cells[width:]))


@lru_cache(maxsize=512)
def _seen(file: str, _sha256: str, columns: tuple[OpenColumn, ...]) -> Seen:
    if not Path(file).exists():
        raise duckdb.IOException(file)
    with duckdb.connect(":memory:", config=_MEMORY) as connection:
        connection.execute(f"CREATE VIEW t AS FROM read_parquet('{file.replace(chr(39), chr(39) * 2)}')")
        names = ", ".join(_quoted(column.name) for column in columns)
        rows = connection.execute(f"SELECT {names} FROM t ORDER BY _id LIMIT {PREVIEW_ROWS}").fetchall()  # noqa: S608
        return Seen(
            tuple(tuple(row) for row in rows),
            _drawing(connection, columns),
            _points(connection, columns),
            _filled(connection, columns),
        )


def _drawing(connection: duckdb.DuckDBPyConnection, columns: Sequence[OpenColumn]) -> Drawing | None:
    """Choose what tells most: a number over time, else a number or a count by the column of fewest kinds."""
    number = next((one for one in columns if one.kind in NUMBERS and one.name not in _SERIALS), None)
    moment = next((one for one in columns if one.kind in ("date", "datetime")), None)
    if number and moment:
        return _over_time(connection, moment, number)
    kinds = [one for one in columns if one.kind == "text" and one.name not in _SERIALS]
    counted = {one.name: _different(connection, one) for one in kinds}
    fit = [one for one in kinds if 2 <= counted[one.name] <= _FEW_KINDS]
    if not fit:
        return None
    by = next((one for one in fit if one.name == "district"), fit[0])
    return _by_kind(connection, by, number)


def _over_time(connection: duckdb.DuckDBPyConnection, moment: OpenColumn, number: OpenColumn) -> Drawing:
    at, value = _quoted(moment.name), _quoted(number.name)
    (days,) = connection.execute(f"SELECT date_diff('day', min({at}), max({at})) FROM t").fetchone() or (0,)  # noqa: S608
    step = "hour" if (days or 0) <= 2 else "day" if days <= 62 else "month" if days <= 365 * 4 else "year"
    shape = {"hour": "%m-%d %H:00", "day": "%m-%d", "month": "%Y-%m", "year": "%Y"}[step]
    rows = connection.execute(
        f"SELECT strftime(date_trunc('{step}', {at}), '{shape}'), round(avg({value}), 2) "  # noqa: S608
        f"FROM t WHERE {at} IS NOT NULL GROUP BY date_trunc('{step}', {at}) ORDER BY date_trunc('{step}', {at})"
    ).fetchall()
    return _drawn("line", moment, number, rows)


def _by_kind(connection: duckdb.DuckDBPyConnection, by: OpenColumn, number: OpenColumn | None) -> Drawing:
    kind, value = _quoted(by.name), f"round(avg({_quoted(number.name)}), 2)" if number else "count(*)"
    rows = connection.execute(
        f"SELECT {kind}, {value} AS v FROM t WHERE {kind} IS NOT NULL GROUP BY 1 ORDER BY v DESC LIMIT {MOST_BARS}"  # noqa: S608
    ).fetchall()
    return _drawn("bar", by, number, rows)


def _drawn(kind: str, by: OpenColumn, number: OpenColumn | None, rows: Sequence[tuple[Any, Any]]) -> Drawing:
    labels, values = tuple(str(label) for label, _ in rows), tuple(float(value or 0) for _, value in rows)
    return Drawing(kind, by.name, number.name if number else "", labels, values)


def _different(connection: duckdb.DuckDBPyConnection, column: OpenColumn) -> int:
    found = connection.execute(f"SELECT approx_count_distinct({_quoted(column.name)}) FROM t").fetchone()  # noqa: S608
    return int(found[0]) if found else 0


def _points(connection: duckdb.DuckDBPyConnection, columns: Sequence[OpenColumn]) -> tuple[tuple[int, int], ...]:
    """Return places on the city's map, evenly drawn from all rows."""
    kinds = {column.kind: column.name for column in columns}
    if not {"longitude", "latitude"} <= kinds.keys():
        return ()
    east, north = _quoted(kinds["longitude"]), _quoted(kinds["latitude"])
    rows = connection.execute(
        f"SELECT {east}, {north} FROM t WHERE {east} IS NOT NULL AND {north} IS NOT NULL "  # noqa: S608
        f"AND _id % greatest(1, (SELECT count(*) FROM t) // {MOST_POINTS}) = 0 ORDER BY _id LIMIT {MOST_POINTS}"
    ).fetchall()
    return tuple(dict.fromkeys(city.points_on_map(rows)))


def _filled(connection: duckdb.DuckDBPyConnection, columns: Sequence[OpenColumn]) -> int:
    counts = ", ".join(f"count({_quoted(column.name)})" for column in columns)
    total, *filled = connection.execute(f"SELECT count(*), {counts} FROM t").fetchone() or (0,)  # noqa: S608
    return round(100 * sum(filled) / (total * len(columns))) if total and columns else 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
