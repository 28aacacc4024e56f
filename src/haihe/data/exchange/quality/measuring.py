"""Checks of all accepted rows together, by DuckDB over the written Parquet: memory stays bounded whatever the size."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import log
from pathlib import Path
from typing import Any, Final

import duckdb

from haihe.data.exchange.engine import name, text
from haihe.data.exchange.quality.findings import CheckFinding
from haihe.data.exchange.quality.profiling import Profile, bins_sql
from haihe.data.exchange.quality.ruleset import COMPARING, Check, CheckKind
from haihe.data.exchange.rules import Operator, Personal, RegisterSchema

SHOWN_LINES: Final = 10
_LEAST_SHARE = 0.0001
_SIGNS: Final = {Operator.LE: "<=", Operator.LT: "<", Operator.EQ: "=", Operator.NE: "<>"}


@dataclass(frozen=True, slots=True)
class Target:
    """Where another resource's current rows lie, and their rules."""

    data: Path
    schema: RegisterSchema


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What checks need beside the rows. `cycle_days` is what the catalogue promises; None: nothing was promised."""

    as_of: datetime
    now: datetime
    rows: int
    cycle_days: float | None
    before: Profile | None
    profile: Profile
    target: Callable[[str], Target | None]


def measure(
    connection: duckdb.DuckDBPyConnection, check: Check, schema: RegisterSchema, about: Circumstances
) -> CheckFinding:
    """Say how a check of the view `data` ends; what can't be measured breaks nothing and says so by `measured` None."""
    if check.kind == CheckKind.FRESH:
        return _fresh(check, about)
    if check.kind in COMPARING:
        return _compared(connection, check, about)
    broken = _BROKEN[check.kind](check, schema, about)
    if broken is None:
        return _finding(check, None)
    return _counted(connection, check, broken, about.rows)


def stored_column(schema: RegisterSchema, field: str) -> str | None:
    """Return the SQL of a field's column in the data file, a keyed hash where personal; None: sealed altogether."""
    personal = next((column.personal for column in schema.columns if column.field == field), None)
    match personal:
        case Personal.NONE:
            return name(field)
        case Personal.SUBJECT:
            return "subject"
        case Personal.IDENTITY | Personal.NAME:
            return name(f"{field}_key")
        case _:
            return None


def _counted(connection: duckdb.DuckDBPyConnection, check: Check, broken: str, rows: int) -> CheckFinding:
    # Only our own column names, quoted texts and numbers go in.
    (count,) = connection.execute(f"SELECT count(*) FROM data WHERE {broken}").fetchone() or (0,)  # noqa: S608 - names and texts quoted (engine.py)
    lines = connection.execute(
        f"SELECT line FROM data WHERE {broken} ORDER BY line LIMIT {SHOWN_LINES}"  # noqa: S608 - names and texts quoted (engine.py)
    ).fetchall()
    share = 100 * count / rows if rows else 0.0
    return _finding(check, share, broken=int(count), lines=tuple(int(line) for (line,) in lines))


def _unique(check: Check, schema: RegisterSchema, _about: Circumstances) -> str | None:
    columns = [stored_column(schema, field) for field in check.fields]
    if None in columns:
        return None
    listed = ", ".join(str(column) for column in columns)
    filled = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return f"({listed}) IN (SELECT ({listed}) FROM data WHERE {filled} GROUP BY {listed} HAVING count(*) > 1)"  # noqa: S608 - names and texts quoted (engine.py)


def _reference(check: Check, schema: RegisterSchema, about: Circumstances) -> str | None:
    target = about.target(check.target)
    column = stored_column(schema, check.fields[0])
    other = stored_column(target.schema, check.target_field) if target else None
    if target is None or column is None or other is None:
        return None
    known = f"SELECT {other} FROM read_parquet({text(target.data)}) WHERE {other} IS NOT NULL"  # noqa: S608 - names and texts quoted (engine.py)
    return f"{column} IS NOT NULL AND {column} NOT IN ({known})"


def _pattern(check: Check, _schema: RegisterSchema, _about: Circumstances) -> str:
    column = name(check.fields[0])
    return f"{column} IS NOT NULL AND NOT regexp_full_match({column}, {text(check.pattern)})"


def _range(check: Check, _schema: RegisterSchema, _about: Circumstances) -> str:
    column = name(check.fields[0])
    edges = [f"{column} < {check.low!r}"] if check.low is not None else []
    edges += [f"{column} > {check.high!r}"] if check.high is not None else []
    return f"({' OR '.join(edges) or 'false'})"


def _filled(check: Check, _schema: RegisterSchema, _about: Circumstances) -> str:
    return f"{name(check.fields[0])} IS NULL"


def _order(check: Check, _schema: RegisterSchema, _about: Circumstances) -> str:
    left, right = (name(field) for field in check.fields)
    return f"NOT ({left} {_SIGNS[check.operator]} {right})"


_BROKEN: Final[Mapping[CheckKind, Callable[[Check, RegisterSchema, Circumstances], str | None]]] = {
    CheckKind.UNIQUE: _unique,
    CheckKind.REFERENCE: _reference,
    CheckKind.PATTERN: _pattern,
    CheckKind.RANGE: _range,
    CheckKind.FILLED: _filled,
    CheckKind.ORDER: _order,
}


def _fresh(check: Check, about: Circumstances) -> CheckFinding:
    limit = check.limit or about.cycle_days
    age = (about.now - about.as_of).total_seconds() / 86400
    if limit is None:
        return _finding(check, None)
    return _finding(check, age, limit=limit)


def _compared(connection: duckdb.DuckDBPyConnection, check: Check, about: Circumstances) -> CheckFinding:
    before, after = about.before, about.profile
    if before is None or not before.rows:
        return _finding(check, None)
    if check.kind == CheckKind.ROWS:
        return _finding(check, 100 * abs(after.rows - before.rows) / before.rows, by=before.snapshot)
    field = check.fields[0]
    old, new = before.columns.get(field), after.columns.get(field)
    if old is None or new is None:
        return _finding(check, None)
    if check.kind == CheckKind.EMPTY:
        return _finding(check, 100 * abs(new.empty - old.empty), by=before.snapshot)
    if check.kind == CheckKind.SHARES:
        return _shares(check, old.shares, new.shares)
    if old.mean is None or new.mean is None:
        return _finding(check, None)
    if check.kind == CheckKind.MEAN:
        return _finding(check, 100 * abs(new.mean - old.mean) / abs(old.mean) if old.mean else None, by=before.snapshot)
    return _finding(check, 100 * _psi(old.bins, _bins(connection, field, old.edges)), by=before.snapshot)


def _shares(check: Check, old: Mapping[str, float], new: Mapping[str, float]) -> CheckFinding:
    moved = {code: abs(new.get(code, 0) - old.get(code, 0)) for code in {*old, *new}}
    code = max(sorted(moved), key=lambda each: moved[each], default="")
    return _finding(check, 100 * moved[code] if code else None, by=code)


def _bins(connection: duckdb.DuckDBPyConnection, field: str, edges: tuple[float, ...]) -> tuple[float, ...]:
    counts = dict(connection.execute(bins_sql(field, edges)).fetchall())
    whole = sum(counts.values())
    return tuple(counts.get(place, 0) / whole if whole else 0.0 for place in range(len(edges) + 1))


def _psi(expected: tuple[float, ...], actual: tuple[float, ...]) -> float:
    """Population stability index; an empty bin counts as one in ten thousand."""
    pairs = [(max(a, _LEAST_SHARE), max(e, _LEAST_SHARE)) for e, a in zip(expected, actual, strict=True)]
    return sum((a - e) * log(a / e) for a, e in pairs)


def _finding(check: Check, measured: float | None, **told: Any) -> CheckFinding:
    limit = told.pop("limit", check.limit)
    return CheckFinding(
        code=check.code,
        kind=check.kind,
        severity=check.severity,
        limit=limit,
        passed=measured is None or measured <= limit,
        measured=measured,
        fields=check.fields,
        **told,
    )
