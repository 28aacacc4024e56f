"""What a snapshot looks like as a whole, for the next one to be held against. No value of anybody is in it."""

from collections.abc import Sequence
from typing import Final

import duckdb
import msgspec

from haihe.data.exchange.engine import name
from haihe.data.exchange.quality.ruleset import NUMBERS
from haihe.data.exchange.rules import Column, Kind, RegisterSchema

_DECILES: Final = [place / 10 for place in range(1, 10)]
_MOST_CODES: Final = 200
_DISTRICT_DIGITS: Final = 6
# How numbers are spread is seen as well in so many rows, drawn by their lines, as in tens of millions.
_ROWS_DRAWN: Final = 300_000


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One plain column: share of empty cells; of codes (divisions by district) each one's share; of numbers the mean,
    and shares of the bins between `edges`."""

    empty: float
    shares: dict[str, float] = {}
    mean: float | None = None
    edges: tuple[float, ...] = ()
    bins: tuple[float, ...] = ()


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    snapshot: str
    rows: int
    columns: dict[str, ColumnProfile]


def profile_of(
    connection: duckdb.DuckDBPyConnection, schema: RegisterSchema, *, snapshot: str, rows: int, all_checked: bool
) -> Profile:
    """Return the profile of the view `data`; leave the view or table `drawn` with the numbers of some of its rows.

    Where all rows were checked against the schema, none lacks a required value, and that needn't be counted.
    """
    plain = schema.plain_columns
    _draw(connection, [column.field for column in plain if column.kind in NUMBERS], rows)
    counted = [column.field for column in plain if not (all_checked and column.required)]
    filled, means = _filled_and_means(connection, plain, rows, counted)
    columns = {
        column.field: _column(connection, column, rows, filled[column.field], means.get(column.field))
        for column in plain
    }
    return Profile(snapshot=snapshot, rows=rows, columns=columns)


def bins_sql(field: str, edges: tuple[float, ...]) -> str:
    """Return the SQL that counts a column's drawn numbers between the edges, by the bin's place."""
    steps = " ".join(f"WHEN {name(field)} <= {edge!r} THEN {place}" for place, edge in enumerate(edges))
    case = f"CASE {steps} ELSE {len(edges)} END" if edges else "0"
    return f"SELECT {case} AS bin, count(*) FROM drawn WHERE {name(field)} IS NOT NULL GROUP BY bin"  # noqa: S608 - names and texts quoted (engine.py)


def _draw(connection: duckdb.DuckDBPyConnection, fields: list[str], rows: int) -> None:
    columns = ", ".join(name(field) for field in ["line", *fields])
    step = rows // _ROWS_DRAWN
    if step <= 1:
        connection.execute(f"CREATE VIEW drawn AS SELECT {columns} FROM data")  # noqa: S608 - names and texts quoted (engine.py)
    else:
        # By a hash, since what a file repeats every so many lines would be drawn always or never.
        connection.execute(f"CREATE TABLE drawn AS SELECT {columns} FROM data WHERE hash(line) % {step} = 0")  # noqa: S608 - names and texts quoted (engine.py)


def _filled_and_means(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], rows: int, counted: list[str]
) -> tuple[dict[str, int], dict[str, float]]:
    """Return of each column how many cells are filled, and of numbers the mean, all in one pass."""
    numbers = [column.field for column in columns if column.kind in NUMBERS]
    asked = [f"count({name(field)})" for field in counted] + [f"avg({name(field)})::DOUBLE" for field in numbers]
    found = connection.execute(f"SELECT {', '.join(asked)} FROM data").fetchone() if asked else ()  # noqa: S608 - names and texts quoted (engine.py)
    counts, means = (found or ())[: len(counted)], (found or ())[len(counted) :]
    filled = {column.field: rows for column in columns} | dict(zip(counted, counts, strict=True))
    return filled, dict(zip(numbers, means, strict=True))


def _column(
    connection: duckdb.DuckDBPyConnection, column: Column, rows: int, filled: int, mean: float | None
) -> ColumnProfile:
    empty = 1 - filled / rows if rows else 0.0
    if column.kind in (Kind.CODE, Kind.DIVISION):
        return ColumnProfile(empty=empty, shares=_shares(connection, column, filled))
    if column.kind in NUMBERS and filled:
        return _numbers(connection, column.field, empty, mean)
    return ColumnProfile(empty=empty)


def _shares(connection: duckdb.DuckDBPyConnection, column: Column, filled: int) -> dict[str, float]:
    field = name(column.field)
    code = f"left({field}, {_DISTRICT_DIGITS})" if column.kind is Kind.DIVISION else field
    # Each distinct value is looked at once.
    counted = connection.execute(
        f"SELECT {code} AS code, sum(n)::BIGINT AS n FROM (SELECT {field}, count(*) AS n FROM data GROUP BY 1) "  # noqa: S608 - names and texts quoted (engine.py)
        f"WHERE code IS NOT NULL GROUP BY code ORDER BY n DESC, code LIMIT {_MOST_CODES}"
    ).fetchall()
    return {str(each): count / filled for each, count in counted}


def _numbers(connection: duckdb.DuckDBPyConnection, field: str, empty: float, mean: float | None) -> ColumnProfile:
    (deciles,) = connection.execute(
        f"SELECT quantile_cont({name(field)}::DOUBLE, {_DECILES}) FROM drawn"  # noqa: S608 - names and texts quoted (engine.py)
    ).fetchone() or (None,)
    edges = tuple(sorted({float(edge) for edge in deciles or ()}))
    counts = dict(connection.execute(bins_sql(field, edges)).fetchall())
    whole = sum(counts.values())
    bins = tuple(counts.get(place, 0) / whole if whole else 0.0 for place in range(len(edges) + 1))
    return ColumnProfile(empty=empty, mean=mean, edges=edges, bins=bins)
