"""Residents and three registers as Parquet, as they lie in the lake, and two comparisons over them.

Whoever is in a register is drawn by a hash, so that the same sizes give the same files. Nobody here exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from haihe.data.matching.definition import Outcome, read_definition
from haihe.data.matching.engines.duckdb_engine import DuckdbEngine
from haihe.data.matching.engines.ports import Judged
from haihe.data.matching.plan import Plan, make_plan
from haihe.data.matching.tables import Field, Stored, Table

_TODAY: Final = date(2026, 1, 1)
_FIELDS: Final = {
    "resident": {"division": Stored.TEXT},
    "relief": {"division": Stored.TEXT, "household_size": Stored.INTEGER},
    "fund": {"unit": Stored.TEXT, "balance": Stored.DECIMAL},
    "insurance": {"unit": Stored.TEXT, "paid_on": Stored.DATE},
}
_KEY: Final = "id_number"
CROSS_CHECK: Final = """
title = "领取救助、有公积金账户、没有参保的人"
purpose = "PROACTIVE_VISIT"
legal_basis = "政务数据共享条例 第二十条"
output = ["relief.division", "fund.balance"]
inputs = [
  {name = "relief", resource = "1/1"},
  {name = "fund", resource = "1/2", key = "id_number", equals = "relief.id_number"},
  {name = "insurance", resource = "1/3", key = "id_number", equals = "relief.id_number"},
]
conditions = [
  {is = "present", input = "fund"},
  {is = "absent", input = "insurance"},
  {is = "compared", left = "relief.household_size", op = "ge", value = 2},
]
"""
FULL_JOIN: Final = """
title = "公积金与社保单位不一致、未领取救助的居民"
purpose = "PROACTIVE_VISIT"
legal_basis = "政务数据共享条例 第二十条"
output = ["resident.division", "fund.balance", "insurance.paid_on"]
inputs = [
  {name = "resident", resource = "1/0"},
  {name = "relief", resource = "1/1", key = "id_number", equals = "resident.id_number"},
  {name = "fund", resource = "1/2", key = "id_number", equals = "resident.id_number"},
  {name = "insurance", resource = "1/3", key = "id_number", equals = "resident.id_number"},
]
conditions = [
  {is = "absent", input = "relief"},
  {is = "present", input = "fund"},
  {is = "present", input = "insurance"},
  {is = "compared", left = "fund.unit", op = "ne", right = "insurance.unit"},
]
"""
BARE: Final = {
    "cross_check": """
        SELECT relief.line, relief.id_number, relief.division, fund.balance
        FROM read_parquet('{folder}/relief.parquet') relief
        JOIN read_parquet('{folder}/fund.parquet') fund USING (id_number)
        ANTI JOIN read_parquet('{folder}/insurance.parquet') insurance USING (id_number)
        WHERE household_size >= 2 ORDER BY relief.line
    """,
    "full_join": """
        SELECT resident.line, resident.id_number, resident.division, fund.balance, insurance.paid_on
        FROM read_parquet('{folder}/resident.parquet') resident
        JOIN read_parquet('{folder}/fund.parquet') fund USING (id_number)
        JOIN read_parquet('{folder}/insurance.parquet') insurance USING (id_number)
        ANTI JOIN read_parquet('{folder}/relief.parquet') relief USING (id_number)
        WHERE fund.unit <> insurance.unit ORDER BY resident.line
    """,
}
"""The same questions as somebody would put them to DuckDB by hand, with the same rows in the same order."""
_MODELS: Final = {"cross_check": CROSS_CHECK, "full_join": FULL_JOIN}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows each register has."""

    resident: int = 15_600_000
    relief: int = 500_000
    fund: int = 1_200_000
    insurance: int = 9_000_000


def write_registers(folder: Path, sizes: Sizes) -> dict[str, Table]:
    """Write `<folder>/<register>.parquet` and return the tables."""
    count = {name: int(getattr(sizes, name)) for name in _FIELDS}
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET enable_progress_bar = false; SET preserve_insertion_order = false")
        for name in _FIELDS:
            file = folder / f"{name}.parquet"
            # Everybody has a rank in each register; the lowest so many are in it.
            connection.execute(
                f"COPY (SELECT row_number() OVER () AS line, unhex(sha256(n::VARCHAR)) AS id_number, "  # noqa: S608 - ours
                f"{_columns(name)} FROM (SELECT range AS n FROM range({count['resident']}) "
                f"ORDER BY hash('{name}' || range) LIMIT {count[name]})) TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
            )
    return tables_of(folder, sizes)


def tables_of(folder: Path, sizes: Sizes) -> dict[str, Table]:
    """Return the tables of registers that were written before."""
    return {
        name: Table(folder / f"{name}.parquet", int(getattr(sizes, name)), _fields(fields), _KEY)
        for name, fields in _FIELDS.items()
    }


def plan(name: str, tables: Mapping[str, Table]) -> Plan:
    """Return the plan of "cross_check" or "full_join" over these tables."""
    model = read_definition(_MODELS[name])
    return make_plan(model, {one.name: tables[one.name] for one in model.inputs}, today=_TODAY)


def run(name: str, tables: Mapping[str, Table], folder: Path) -> Judged:
    """Run one of the comparisons as a run of a model does."""
    return DuckdbEngine().run(plan(name, tables), folder)


def matched(judged: Judged) -> int:
    return judged.counts[Outcome.MATCHED]


def bare_sql(name: str, folder: Path) -> str:
    return BARE[name].format(folder=folder)


def _columns(name: str) -> str:
    made = {
        "division": "(120101001001 + n % 16 * 1000000 + n // 16 % 20 * 1000)::VARCHAR AS division",
        "household_size": "(hash('size' || n) % 5 + 1)::BIGINT AS household_size",
        "unit": f"'U' || (hash('{name}' || n // 3) % 40000)::VARCHAR AS unit",
        "balance": "(hash('balance' || n) % 20000000 / 100)::DECIMAL(18, 4) AS balance",
        "paid_on": "DATE '2020-01-01' + (hash('day' || n) % 2000)::INTEGER AS paid_on",
    }
    return ", ".join(made[field] for field in _FIELDS[name])


def _fields(fields: Mapping[str, Stored]) -> dict[str, Field]:
    stored = {_KEY: Stored.IDENTITY_KEY, **fields}
    return {name: Field(name, kind, name) for name, kind in stored.items()}
