"""A quick count on a part of the base, for whoever builds a model: bounded in rows, memory and time; numbers only."""

import threading
from dataclasses import dataclass
from math import ceil
from typing import Final

import duckdb

from haihe.data.matching.definition import Outcome
from haihe.data.matching.engines.duckdb_engine import rows_of
from haihe.data.matching.plan import Plan, view_of

SAMPLE_ROWS: Final = 50_000
WITHIN_S: Final = 4.0
_MEMORY: Final = "512MB"
_one_at_a_time = threading.BoundedSemaphore(1)


class TooSlow(Exception):
    """The count took longer than a page may take, or another one is being made."""


@dataclass(frozen=True, slots=True)
class SampleCount:
    """How many rows of the base were looked at, and what became of them. `is_whole`: that was all of them."""

    looked_at: int
    counts: dict[Outcome, int]
    base_rows: int
    is_whole: bool


def count_sample(plan: Plan, *, rows: int = SAMPLE_ROWS, within_s: float = WITHIN_S) -> SampleCount:
    """Judge every n-th row of the base, about `rows` of them. Raises: TooSlow."""
    if not _one_at_a_time.acquire(timeout=within_s):
        raise TooSlow
    try:
        return _count(plan, max(1, ceil(plan.base_rows / rows)), within_s)
    finally:
        _one_at_a_time.release()


def _count(plan: Plan, step: int, within_s: float) -> SampleCount:
    base = next(iter(plan.views))
    with duckdb.connect(":memory:", config={"memory_limit": _MEMORY, "threads": 1, "temp_directory": ""}) as connection:
        alarm = threading.Timer(within_s, connection.interrupt)
        alarm.start()
        try:
            for name, table in plan.views.items():
                part = f" WHERE line % {step} = 0" if name == base and step > 1 else ""
                connection.execute(f"CREATE VIEW {view_of(name)} AS {rows_of(table.file)}{part}")
            looked_at = connection.execute(f"SELECT count(*) FROM {view_of(base)}").fetchall()[0][0]  # noqa: S608 - a view of our own
            found = connection.execute(
                f"SELECT outcome, count(*) FROM ({plan.sql('duckdb')}) AS judged GROUP BY 1"  # noqa: S608 - our own tree
            ).fetchall()
        except (duckdb.InterruptException, duckdb.OutOfMemoryException):
            raise TooSlow from None
        finally:
            alarm.cancel()
    counts = {outcome: dict(found).get(outcome, 0) for outcome in Outcome}
    counts[Outcome.NOT_MATCHED] = looked_at - sum(counts.values())
    return SampleCount(looked_at, counts, plan.base_rows, step == 1)
