"""Second pass: rows that repeat or contradict each other, found set-wise among the rows that passed the first.

Rows of one subject (in a register about no persons: of one key) that are the same in every value after reading
(2026/3/1 is 2026-03-01) are exact duplicates: the first is accepted, the others are refused as DUPLICATE and put nobody
in doubt.

Two *different* rows for one subject contradict each other, and all of them are refused as CONFLICT: nothing in a file
says which one is right. The later line needn't be the newer fact (exports are sorted by place or name), and a guess
decides whether a family gets its money. So the person is in doubt, the gateway answers UNKNOWN, the case falls back to
paper, and the department sees both line numbers.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import duckdb
import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from haihe.data.exchange.arrays import Places
from haihe.data.exchange.checking import Problem
from haihe.data.exchange.counts import Counts
from haihe.data.exchange.engine import duck
from haihe.data.exchange.keyed import SUBJECT
from haihe.data.exchange.ports import Reading, Record
from haihe.data.exchange.reasons import SENTENCES, Reason
from haihe.data.exchange.rules import Column
from haihe.data.exchange.staging import WORKERS, Part, Staging
from haihe.kernel.mac import Mac

_SHOWN_LINES = 5
_AT_A_TIME = 1000
_DIGEST_BYTES = 16
_SECRET_BYTES = 32
# Both are 16 bytes, so that millions of rows fit the engine's memory.
_KEYS = "CREATE TABLE keys (line BIGINT, row_key BLOB, digest BLOB)"
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
SELECT k.line, k.row_key, r.first, r.differ, c.lines
FROM keys k JOIN repeated r USING (row_key) LEFT JOIN conflicting c USING (row_key)
WHERE r.differ OR k.line > r.first
ORDER BY k.line
"""

type _Digests = Callable[..., list[bytes]]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row refused because of others. `key` is that of its subject; `differ` tells a contradiction."""

    line: int
    problem: Problem
    key: bytes
    differ: bool


def refuse_repeats(staging: Staging, reread: Callable[[], Reading], counts: Counts) -> None:
    """Refuse what repeats or contradicts among the staged rows, reading again only what is needed for their raw lines.

    The source isn't read again where nothing repeats.
    """
    doubtful = _hashes_met_twice([part.hashes for part in staging.parts])
    if not len(doubtful):
        return
    with duck(staging.folder) as connection:
        connection.execute(_KEYS)
        for rows in _candidates(staging, doubtful):
            connection.register("candidates", rows)
            connection.execute("INSERT INTO keys FROM candidates")
        connection.execute(_REPEATED)
        dropped: list[int] = []
        for repeats, records in _with_records(staging, connection.execute(_FLAGGED), reread):
            for repeat in repeats:
                _refuse(staging, records[repeat.line], repeat, counts)
                dropped.append(repeat.line)
        staging.dropped = np.array(dropped, np.int64)


def _hashes_met_twice(hashes: Sequence[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    together = np.concatenate([np.zeros(0, np.uint64), *hashes])
    together.sort()
    return np.unique(together[1:][together[1:] == together[:-1]])


def _candidates(staging: Staging, doubtful: npt.NDArray[np.uint64]) -> Iterator[pa.Table]:
    """Yield line, key and digest of the rows whose hash is met twice: equal in all 128 bits they are the same."""
    # Only equality within this run matters, so nobody ever needs the secret again.
    digests = Mac(os.urandom(_SECRET_BYTES)).digests
    met = [(part, places) for part in staging.parts if len(places := _places_in(part.hashes, doubtful))]
    with ThreadPoolExecutor(WORKERS) as pool:
        yield from pool.map(lambda one: _keys_of(staging, one[0], one[1], digests), met)


def _places_in(hashes: npt.NDArray[np.uint64], doubtful: npt.NDArray[np.uint64]) -> Places:
    """Return where those stand that are among others, which are sorted."""
    nearest = np.minimum(np.searchsorted(doubtful, hashes), len(doubtful) - 1)
    return np.flatnonzero(doubtful[nearest] == hashes)


def _keys_of(staging: Staging, part: Part, places: Places, digests: _Digests) -> pa.Table:
    rows = staging.rows.whole(part.batch).take(pa.array(places))
    told = _digests_of(rows, staging.schema.columns, digests)
    if staging.schema.subject:
        keys = rows.column(SUBJECT).to_pylist()
    else:
        # Rows without a key repeat only if they are the same altogether.
        key = staging.schema.key_columns
        keys = _digests_of(rows, key, digests) if key else told
    columns = [rows.column("line"), pa.array(keys, pa.binary()), pa.array(told, pa.binary())]
    return pa.Table.from_arrays(columns, ["line", "row_key", "digest"])


def _digests_of(rows: pa.Table, columns: Sequence[Column], digests: _Digests) -> list[bytes]:
    fields = [column.field for column in columns]
    values = [msgspec.msgpack.encode(list(row.values())) for row in rows.select(fields).to_pylist()]
    return digests(values, size=_DIGEST_BYTES)


def _with_records(
    staging: Staging, found: duckdb.DuckDBPyConnection, reread: Callable[[], Reading]
) -> Iterator[tuple[list[Repeat], dict[int, Record]]]:
    """Yield repeats, some at a time, with what stood in their lines."""
    again = _Again(staging, reread)
    whose = Reason.CONFLICT if staging.schema.subject else Reason.KEY_CONFLICT
    while rows := found.fetchmany(_AT_A_TIME):
        repeats = [_repeat(whose, *row) for row in rows]
        yield repeats, again.records([repeat.line for repeat in repeats])


def _repeat(conflict: Reason, line: int, key: bytes, first: int, differ: bool, lines: list[int]) -> Repeat:
    if differ:
        return Repeat(line, _conflict(conflict, line, lines), bytes(key), True)
    sentence = f"与第 {first} 行完全相同，只保留第 {first} 行。"
    return Repeat(line, Problem("", Reason.DUPLICATE, sentence), bytes(key), False)


def _conflict(code: Reason, line: int, lines: list[int]) -> Problem:
    others = [str(other) for other in lines if other != line]
    shown = "、".join(others[:_SHOWN_LINES]) + (" 等" if len(others) > _SHOWN_LINES else "")
    return Problem("", code, f"{SENTENCES[code][:-1]}（另见第 {shown} 行）。")


def _refuse(staging: Staging, record: Record, repeat: Repeat, counts: Counts) -> None:
    in_doubt = [repeat.key] if repeat.differ and staging.schema.subject else []
    staging.rejected.add(record, (repeat.problem,), in_doubt)
    counts.rows_accepted -= 1
    counts.refuse(repeat.problem.code)


class _Again:
    """Looks lines up in the source: in the batches that can be read again by themselves, else from the start."""

    def __init__(self, staging: Staging, reread: Callable[[], Reading]) -> None:
        self._parts = staging.parts
        self._reread = reread
        self._records: Iterator[Record] | None = None

    def records(self, lines: list[int]) -> dict[int, Record]:
        """Return what stands in the lines. Must be asked for ever later lines."""
        found: dict[int, Record] = {}
        ordered = np.array(lines, np.int64)
        for part in self._parts:
            start, end = np.searchsorted(ordered, [part.first_line, part.last_line + 1])
            wanted = set(ordered[start:end].tolist()) - found.keys()
            if wanted and part.again is not None:
                found |= {record.line: record for record in part.again(wanted)}
        if missing := set(lines) - found.keys():
            found |= self._from_the_start(missing)
        return found

    def _from_the_start(self, missing: set[int]) -> dict[int, Record]:
        if self._records is None:
            self._records = iter(self._reread().records)
        found: dict[int, Record] = {}
        while len(found) < len(missing):
            record = next(self._records)
            if record.line in missing:
                found[record.line] = record
        return found
