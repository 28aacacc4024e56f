"""What a page shows of a version's rows: the first of them, a chart, a map, facts of each column.

Looked up once, where the version is made, and kept beside its rows as `seen.json`: a page reads that, however many
rows there are. Reads are bounded in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec

from haihe.city import api as city
from haihe.data.open import charting
from haihe.data.open.charting import Drawing
from haihe.data.open.columns import NUMBERS, OpenColumn, quoted

PREVIEW_ROWS: Final = 10
MOST_POINTS: Final = 400
MOST_VALUES: Final = 20
"""A text column of no more kinds than these has them told."""
MEMORY: Final[dict[str, str | bool | int | float | list[str]]] = {"memory_limit": "512MB", "threads": "1"}
_LONGEST: Final = 24
_PLACES: Final = ("longitude", "latitude")

type Cell = Any


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """What stands in a column: its share of cells that say something (percent), about how many kinds, the bounds of
    numbers and days, the kinds where they are few, else one as an example."""

    name: str
    filled: int
    kinds: int
    least: str = ""
    most: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows of the rows. `filled` is the share of cells that say something, in percent."""

    rows: tuple[tuple[str, ...], ...]
    drawing: Drawing | None
    points: tuple[tuple[int, int], ...]
    columns: tuple[ColumnSeen, ...]
    filled: int


def written(value: Cell) -> str:
    """Write one cell of the data as data: days and hours in ISO's way, numbers without trailing noughts."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value + 0.0:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def encoded(seen: Seen) -> bytes:
    return msgspec.json.encode(seen)


def decoded(kept: bytes) -> Seen:
    """Raises: msgspec.MsgspecError where an older program wrote it."""
    return msgspec.json.decode(kept, type=Seen)


def look(file: Path, columns: Sequence[OpenColumn]) -> Seen:
    """Raises: duckdb.IOException where the file isn't there."""
    if not file.exists():
        raise duckdb.IOException(str(file))
    with duckdb.connect(":memory:", config=MEMORY) as connection:
        connection.execute(f"CREATE VIEW t AS FROM read_parquet('{str(file).replace(chr(39), chr(39) * 2)}')")
        names = ", ".join(quoted(column.name) for column in columns)
        rows = connection.execute(f"SELECT {names} FROM t ORDER BY _id LIMIT {PREVIEW_ROWS}").fetchall()  # noqa: S608 - quoted columns
        total, seen = _columns(connection, columns)
        return Seen(
            tuple(tuple(map(written, row)) for row in rows),
            charting.draw(connection, columns, {one.name: one.kinds for one in seen}),
            _points(connection, columns, total),
            seen,
            round(sum(one.filled for one in seen) / len(seen)) if seen else 0,
        )


def _columns(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[OpenColumn]
) -> tuple[int, tuple[ColumnSeen, ...]]:
    """Return how many rows there are, and the facts of each column, in one reading of the file."""
    asked = ", ".join(
        f"count({name}), approx_count_distinct({name}), min({name}), max({name})"
        for name in (quoted(column.name) for column in columns)
    )
    total, *told = connection.execute(f"SELECT count(*), {asked} FROM t").fetchone() or (0,)  # noqa: S608 - quoted columns
    facts = [told[at : at + 4] for at in range(0, len(told), 4)]
    return total, tuple(_column(connection, column, total, *fact) for column, fact in zip(columns, facts, strict=True))


def _column(
    connection: duckdb.DuckDBPyConnection,
    column: OpenColumn,
    total: int,
    count: int,
    kinds: int,
    least: Cell,
    most: Cell,
) -> ColumnSeen:
    filled = round(100 * count / total) if total else 0
    if not count:
        return ColumnSeen(column.name, filled, 0)
    if column.kind in (*NUMBERS, *_PLACES, "date", "datetime"):
        return ColumnSeen(column.name, filled, kinds, written(least), written(most))
    if kinds > MOST_VALUES or 1 < count <= kinds:
        return ColumnSeen(column.name, filled, kinds, values=(written(least)[:_LONGEST],))
    name = quoted(column.name)
    rows = connection.execute(
        f"SELECT {name} FROM t WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST_VALUES}"  # noqa: S608 - quoted columns
    ).fetchall()
    return ColumnSeen(column.name, filled, kinds, values=tuple(written(value)[:_LONGEST] for (value,) in rows))


def _points(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[OpenColumn], total: int
) -> tuple[tuple[int, int], ...]:
    """Return places on the city's map, evenly drawn from all rows."""
    kinds = {column.kind: column.name for column in columns}
    if not set(_PLACES) <= kinds.keys():
        return ()
    east, north = quoted(kinds["longitude"]), quoted(kinds["latitude"])
    step = max(1, total // MOST_POINTS)
    rows = connection.execute(
        f"SELECT {east}, {north} FROM t WHERE {east} IS NOT NULL AND {north} IS NOT NULL "  # noqa: S608 - quoted columns
        f"AND _id % {step} = 0 ORDER BY _id LIMIT {MOST_POINTS}"
    ).fetchall()
    return tuple(dict.fromkeys(city.points_on_map(rows)))
