"""Second pass: rows that repeat or contradict each other, found set-wise among the rows that passed the first.

Rows of one subject that are the same in every value after reading (2026/3/1 is 2026-03-01) are exact duplicates: the
first is accepted, the others are refused as DUPLICATE and put nobody in doubt.

Two *different* rows for one subject contradict each other, and all of them are refused as CONFLICT: nothing in a file
says which one is right. The later line needn't be the newer fact (exports are sorted by place or name), and a guess
decides whether a family gets its money. So the person is in doubt, the gateway answers UNKNOWN, the case falls back to
paper, and the department sees both line numbers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from haihe.data.exchange.checking import Problem
from haihe.data.exchange.engine import csv_rows, duck
from haihe.data.exchange.ports import Reading, Record
from haihe.data.exchange.reasons import SENTENCES, Reason
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.staging import ACCEPTED, Counts, Staging

_SHOWN_LINES = 5
# Both hashes are 32 hex digits; as UUIDs they take 16 bytes each, so that millions of rows fit the engine's memory.
_KEYS = "CREATE TABLE keys AS SELECT line, row_key::UUID AS row_key, digest::UUID AS digest FROM staged"
_REPEATED = """
CREATE TABLE repeated AS
SELECT row_key, min(line) AS first, min(digest) <> max(digest) AS differ
FROM keys GROUP BY row_key HAVING count(*) > 1
"""
_FLAGGED = """
WITH conflicting AS (
    SELECT row_key, list(line ORDER BY line) AS lines
    FROM keys SEMI JOIN (FROM repeated WHERE differ) USING (row_key) GROUP BY row_key
)
SELECT k.line, replace(k.row_key::VARCHAR, '-', '') AS row_key, r.first, r.differ, c.lines
FROM keys k JOIN repeated r USING (row_key) LEFT JOIN conflicting c USING (row_key)
WHERE r.differ OR k.line > r.first
ORDER BY k.line
"""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row refused because of others. `doubted` is the key of the person it puts in doubt, if any."""

    line: int
    problem: Problem
    doubted: str | None


def staged(file: Path, schema: RegisterSchema) -> str:
    """Return the SQL that reads the staging file of accepted rows; all columns but `line` are text."""
    keyed = [f"{column.field}_key" for column in schema.keyed_columns]
    plain = [column.field for column in schema.plain_columns]
    columns = dict.fromkeys(["line", "row_key", "digest", "sealed", *keyed, *plain], "VARCHAR")
    return csv_rows(file, columns | {"line": "BIGINT"})


def refuse_repeats(staging: Staging, reread: Callable[[], Reading], counts: Counts) -> None:
    """Refuse what repeats or contradicts among the staged rows, reading the source again for their raw lines.

    The source isn't read again where nothing repeats.
    """
    staging.flush()
    with duck(staging.folder) as connection:
        connection.execute(f"CREATE VIEW staged AS {staged(staging.folder / ACCEPTED, staging.schema)}")
        connection.execute(_KEYS)
        connection.execute(_REPEATED)
        repeats = _repeats(connection.execute(_FLAGGED))
        wanted = next(repeats, None)
        if wanted is None:
            return
        for record in reread().records:
            # Both run by line number, so one look ahead pairs them in bounded memory.
            if wanted is not None and record.line == wanted.line:
                _refuse(staging, record, wanted, counts)
                wanted = next(repeats, None)


def _repeats(found: duckdb.DuckDBPyConnection) -> Iterator[Repeat]:
    while rows := found.fetchmany(1000):
        for line, row_key, first, differ, lines in rows:
            if differ:
                yield Repeat(line, _conflict(line, lines), row_key)
            else:
                sentence = f"与第 {first} 行完全相同，只保留第 {first} 行。"
                yield Repeat(line, Problem("", Reason.DUPLICATE, sentence), None)


def _conflict(line: int, lines: list[int]) -> Problem:
    others = [str(other) for other in lines if other != line]
    shown = "、".join(others[:_SHOWN_LINES]) + (" 等" if len(others) > _SHOWN_LINES else "")
    return Problem("", Reason.CONFLICT, f"{SENTENCES[Reason.CONFLICT][:-1]}（另见第 {shown} 行）。")


def _refuse(staging: Staging, record: Record, repeat: Repeat, counts: Counts) -> None:
    staging.reject(record, (repeat.problem,), ())
    if repeat.doubted is not None:
        staging.doubt(record.line, repeat.doubted)
    counts.rows_accepted -= 1
    counts.refuse(repeat.problem.code)
