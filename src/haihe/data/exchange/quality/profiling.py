"""What a snapshot looks like as a whole, for the next one to be held against. No value of anybody is in it."""

from typing import Final

import duckdb
import msgspec

from haihe.data.exchange.engine import name
from haihe.data.exchange.quality.ruleset import NUMBERS
from haihe.data.exchange.rules import Column, Kind, RegisterSchema

_DECILES: Final = [place / 10 for place in range(1, 10)]
_MOST_CODES: Final = 200
_DISTRICT_DIGITS: Final = 6


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


def profile_of(connection: duckdb.DuckDBPyConnection, schema: RegisterSchema, *, snapshot: str, rows: int) -> Profile:
    """Return the profile of the view `data`."""
    columns = {column.field: _column(connection, column, rows) for column in schema.plain_columns}
    return Profile(snapshot=snapshot, rows=rows, columns=columns)


def bins_sql(field: str, edges: tuple[float, ...]) -> str:
    """Return the SQL that counts a column's numbers between the edges, by the bin's place."""
    steps = " ".join(f"WHEN {name(field)} <= {edge!r} THEN {place}" for place, edge in enumerate(edges))
    case = f"CASE {steps} ELSE {len(edges)} END" if edges else "0"
    return f"SELECT {case} AS bin, count(*) FROM data WHERE {name(field)} IS NOT NULL GROUP BY bin"  # noqa: S608


def _column(connection: duckdb.DuckDBPyConnection, column: Column, rows: int) -> ColumnProfile:
    field = name(column.field)
    (filled,) = connection.execute(f"SELECT count({field}) FROM data").fetchone() or (0,)  # noqa: S608
    empty = 1 - filled / rows if rows else 0.0
    if column.kind in (Kind.CODE, Kind.DIVISION):
        return ColumnProfile(empty=empty, shares=_shares(connection, column, filled))
    if column.kind in NUMBERS and filled:
        return _numbers(connection, column, empty)
    return ColumnProfile(empty=empty)


def _shares(connection: duckdb.DuckDBPyConnection, column: Column, filled: int) -> dict[str, float]:
    code = name(column.field)
    code = f"left({code}, {_DISTRICT_DIGITS})" if column.kind is Kind.DIVISION else code
    counted = connection.execute(
        f"SELECT {code} AS code, count(*) AS n FROM data WHERE code IS NOT NULL GROUP BY code "  # noqa: S608
        f"ORDER BY n DESC, code LIMIT {_MOST_CODES}"
    ).fetchall()
    return {str(each): count / filled for each, count in counted}


def _numbers(connection: duckdb.DuckDBPyConnection, column: Column, empty: float) -> ColumnProfile:
    field = name(column.field)
    mean, deciles = connection.execute(
        f"SELECT avg({field})::DOUBLE, approx_quantile({field}::DOUBLE, {_DECILES}) FROM data"  # noqa: S608
    ).fetchone() or (None, [])
    edges = tuple(sorted({float(edge) for edge in deciles}))
    counts = dict(connection.execute(bins_sql(column.field, edges)).fetchall())
    whole = sum(counts.values())
    bins = tuple(counts.get(place, 0) / whole for place in range(len(edges) + 1))
    return ColumnProfile(empty=empty, mean=mean, edges=edges, bins=bins)
