"""Choose the chart that tells most of a table, and take its numbers from the rows.

Measurements go over time; figures of several indicators are never mixed, so the commonest is drawn; lists of things
(schools, permits, companies) are counted by district or kind; amounts that name nobody are added up by kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import duckdb

from haihe.data.open.columns import NUMBERS, OpenColumn, quoted

MOST_BARS: Final = 16
_FEW_KINDS: Final = 40
_SERIALS: Final = ("number", "code", "position", "year", "built_year")
_NAMES_OF_THINGS: Final = ("name", "title", "company", "code", "slug")
_INDICATORS: Final = ("indicator", "item")
_KINDS_OF_MOMENTS: Final = ("date", "datetime")

type How = Literal["count", "average", "sum"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart's data: what is counted, averaged or added up, by what. `kind` is "line" over time, else "bar".

    `only`: the one value of the column `among` that is drawn, where figures of several are in one table.
    """

    kind: str
    by: str
    value: str
    how: How
    labels: tuple[str, ...]
    values: tuple[float, ...]
    among: str = ""
    only: str = ""


def draw(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[OpenColumn], kinds: Mapping[str, int]
) -> Drawing | None:
    """Draw the table `t`, whose text columns have about so many kinds; None where nothing fits a chart."""
    number = next((one for one in columns if one.kind in NUMBERS and one.name not in _SERIALS), None)
    among = next((one for one in columns if one.name in _INDICATORS and one.kind == "text"), None)
    moment = _moment(columns)
    is_of_things = any(one.name in _NAMES_OF_THINGS for one in columns)
    if number and moment and (among or not is_of_things):
        return _over_time(connection, moment, number, among)
    by = _best_kind([one for one in columns if one.kind == "text" and one.name not in _SERIALS], kinds)
    if by is None:
        return None
    return _by_kind(connection, by, None if is_of_things else number)


def _moment(columns: Sequence[OpenColumn]) -> OpenColumn | None:
    """Return the column that tells when: a day or an hour, else a year."""
    told = [one for one in columns if one.kind in _KINDS_OF_MOMENTS]
    return next(iter([*told, *(one for one in columns if one.name == "year" and one.kind == "integer")]), None)


def _best_kind(texts: Sequence[OpenColumn], kinds: Mapping[str, int]) -> OpenColumn | None:
    fit = [one for one in texts if 2 <= kinds[one.name] <= _FEW_KINDS]
    return next((one for one in fit if one.name == "district"), fit[0] if fit else None)


def _over_time(
    connection: duckdb.DuckDBPyConnection, moment: OpenColumn, number: OpenColumn, among: OpenColumn | None
) -> Drawing:
    at, value = quoted(moment.name), quoted(number.name)
    only, where, given = "", f"{at} IS NOT NULL", list[str]()
    if among:
        only = _commonest(connection, among)
        where, given = f"{where} AND {quoted(among.name)} = ?", [only]
    step, label = _step(connection, moment)
    rows = connection.execute(
        f"SELECT {label}, round(avg({value}), 2) FROM t WHERE {where} GROUP BY {step}, {label} ORDER BY {step}",  # noqa: S608 - quoted columns
        given,
    ).fetchall()
    labels, values = _pairs(rows)
    return Drawing("line", moment.name, number.name, "average", labels, values, among.name if among else "", only)


def _step(connection: duckdb.DuckDBPyConnection, moment: OpenColumn) -> tuple[str, str]:
    """Return the expressions by which moments are put together, and how they are written."""
    at = quoted(moment.name)
    if moment.kind not in _KINDS_OF_MOMENTS:
        return at, f"CAST({at} AS VARCHAR)"
    (days,) = connection.execute(f"SELECT date_diff('day', min({at}), max({at})) FROM t").fetchone() or (0,)  # noqa: S608 - quoted columns
    finest = "hour" if moment.kind == "datetime" and (days or 0) <= 2 else "day"
    step = finest if (days or 0) <= 62 else "month" if days <= 365 * 4 else "year"
    shape = {"hour": "%m-%d %H:00", "day": "%m-%d", "month": "%Y-%m", "year": "%Y"}[step]
    return f"date_trunc('{step}', {at})", f"strftime(date_trunc('{step}', {at}), '{shape}')"


def _by_kind(connection: duckdb.DuckDBPyConnection, by: OpenColumn, number: OpenColumn | None) -> Drawing:
    kind, value = quoted(by.name), f"round(sum({quoted(number.name)}), 2)" if number else "count(*)"
    rows = connection.execute(
        f"SELECT {kind}, {value} AS v FROM t WHERE {kind} IS NOT NULL GROUP BY 1 ORDER BY v DESC, 1 LIMIT {MOST_BARS}"  # noqa: S608 - quoted columns
    ).fetchall()
    labels, values = _pairs(rows)
    return Drawing("bar", by.name, number.name if number else "", "sum" if number else "count", labels, values)


def _commonest(connection: duckdb.DuckDBPyConnection, column: OpenColumn) -> str:
    name = quoted(column.name)
    found = connection.execute(
        f"SELECT {name} FROM t WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"  # noqa: S608 - quoted columns
    ).fetchone()
    return str(found[0]) if found else ""


def _pairs(rows: Sequence[tuple[Any, Any]]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    return tuple(str(label) for label, _ in rows), tuple(float(value or 0) for _, value in rows)
