"""First pass: every row of the source checked, keyed and set down sealed, in bounded memory, on two cores.

Nothing plain is ever on disk: batches lie encrypted under a key that only this process has. Whether rows repeat or
contradict each other shows only when all are there: that is the second pass, in `repeats`.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from haihe.data.exchange.arrays import Flags, Places
from haihe.data.exchange.batches import batch_of, pieces_of
from haihe.data.exchange.checking import Refused
from haihe.data.exchange.counts import Counts, Progress
from haihe.data.exchange.encrypted import SealedPieces
from haihe.data.exchange.keyed import RowKeys
from haihe.data.exchange.ports import Again, Batch, Piece, Reading, Record, SourceFacts
from haihe.data.exchange.rejected import RejectedRows
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.same import RowHashes
from haihe.data.exchange.setwise.checking import BatchChecker, CheckedBatch
from haihe.data.exchange.setwise.deltas import DELETED, DeltaChecker
from haihe.data.exchange.staged import KeptRows, StagedBatch, StagedRows
from haihe.kernel.keyring import Keyring

ACCEPTED, REJECTED = "accepted.sealed", "rejected.sealed"
WORKERS = 2
IN_MEMORY_BYTES = 512 * 1024 * 1024
_WAITING = 2 * WORKERS
_NONE_DROPPED: Places = np.zeros(0, np.int64)
_MANY_EDGES = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One staged batch: where it lies, and what tells equal rows, row by row."""

    batch: StagedBatch
    first_line: int
    last_line: int
    hashes: npt.NDArray[np.uint64]
    again: Again | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a worker made of one checked batch: its accepted rows, where any are, and those refused."""

    kept: KeptRows | None
    lines: tuple[int, int]
    hashes: npt.NDArray[np.uint64]
    again: Again | None
    refused: tuple[tuple[Record, Refused], ...]


class Staging:
    """The staged rows of one run. Use as a context manager; nothing of it is left."""

    def __init__(
        self,
        folder: Path,
        schema: RegisterSchema,
        keyring: Keyring,
        facts: SourceFacts,
        *,
        operations: int | None = None,
    ) -> None:
        """`operations` is where a delta's column of them stands; None: the rows are all there are."""
        self.folder = folder
        self.schema = schema
        self.facts = facts
        self.operations = operations
        self.keys = RowKeys(schema, keyring)
        self.subject_keys = keyring.subject_keys
        self.parts: list[Part] = []
        self.dropped = _NONE_DROPPED
        self.columns = pa.schema([])

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            more = [] if self.operations is None else [DELETED]
            self.rows = StagedRows(self._store(stack, ACCEPTED, IN_MEMORY_BYTES), self.schema, more)
            self.rejected = RejectedRows(self._store(stack, REJECTED), self.facts.positions)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _store(self, stack: ExitStack, name: str, in_memory_bytes: int = 0) -> SealedPieces:
        file = self.folder / name
        store = SealedPieces(file, in_memory_bytes)
        stack.callback(file.unlink)
        stack.callback(store.close)
        return store

    def dropped_of(self, part: Part) -> Places:
        """Return the lines of a part that were refused after all."""
        start, end = np.searchsorted(self.dropped, [part.first_line, part.last_line + 1])
        return self.dropped[start:end]


def kept_rows(rows: pa.Table, kept: Flags) -> pa.Table:
    """Return the rows that are kept as slices, which copies nothing; where they are many pieces, as a copy."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
    if len(edges) > _MANY_EDGES:
        return rows.filter(pa.array(kept))
    return pa.concat_tables(
        [rows.slice(0, 0), *(rows.slice(start, end - start) for start, end in edges.reshape(-1, 2).tolist())]
    )


def stage_rows(staging: Staging, reading: Reading, progress: Progress) -> Counts:
    """Check every row of the reading into the staging and return the account so far."""
    counts = Counts()
    pieces = pieces_of(reading)
    first = next(pieces, lambda: [batch_of([], reading.facts.width)])()
    worker = _Worker(staging, first[0])
    staging.columns = worker.columns
    for done in _in_order(worker, chain([lambda: first], pieces)):
        for judged in done:
            _set_down(staging, judged, counts)
        counts.blank_lines, counts.bytes_read = reading.tally.blank_lines, reading.tally.bytes_read
        progress(counts)
    return counts


def _in_order(worker: "_Worker", pieces: Iterable[Piece]) -> Iterator[list[_Judged]]:
    """Let several threads judge pieces, a few ahead of the one that is waited for."""
    waiting: deque[Future[list[_Judged]]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            for piece in pieces:
                waiting.append(pool.submit(worker, piece))
                if len(waiting) > _WAITING:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


class _Worker:
    def __init__(self, staging: Staging, sample: Batch) -> None:
        self._checker: BatchChecker | DeltaChecker
        if staging.operations is None:
            self._checker = BatchChecker(staging.schema, staging.facts, sample)
        else:
            self._checker = DeltaChecker(staging.schema, staging.facts, sample, staging.operations)
        self._keys = staging.keys
        self._hashes = RowHashes(staging.schema)
        self._rows = staging.rows
        self.columns = self._keyed(_empty(self._checker.schema)).schema

    def __call__(self, piece: Piece) -> list[_Judged]:
        return [self._judged(checked, batch) for batch in piece() for checked in self._checker.check(batch)]

    def _judged(self, checked: CheckedBatch, batch: Batch) -> _Judged:
        rows = self._keyed(checked.rows)
        hashes = self._hashes.of(rows)
        accepted = pa.Table.from_batches([rows])
        if checked.accepted is not None:
            hashes, accepted = hashes[checked.accepted], kept_rows(accepted, checked.accepted)
        if not accepted.num_rows:
            return _Judged(None, (0, 0), hashes, None, checked.refused)
        lines = rows.column("line").to_numpy()
        between = int(lines.min()), int(lines.max())
        return _Judged(self._rows.keep(accepted), between, hashes, batch.again, checked.refused)

    def _keyed(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        columns = {"line": rows.column("line"), **self._keys.of(rows)}
        columns |= {name: rows.column(name) for name in rows.schema.names}
        return pa.RecordBatch.from_pydict(columns)


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.nulls(0, each.type) for each in schema], schema=schema)


def _set_down(staging: Staging, judged: _Judged, counts: Counts) -> None:
    if judged.kept is not None:
        staging.parts.append(Part(staging.rows.add(judged.kept), *judged.lines, judged.hashes, judged.again))
        counts.rows_accepted += len(judged.hashes)
    for record, refused in judged.refused:
        staging.rejected.add(record, refused.problems, staging.subject_keys(refused.doubted))
        counts.refuse(refused.problems[0].code)
