"""First pass: every row of the source checked, keyed and set down sealed, in bounded memory, on two cores.

Nothing plain is ever on disk: batches lie encrypted under a key that only this process has. Whether rows repeat or
contradict each other shows only when all are there: that is the second pass, in `repeats`.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
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
from haihe.data.exchange.batches import batch_of, batches_of
from haihe.data.exchange.counts import Counts, Progress
from haihe.data.exchange.encrypted import Frame, Kept, SealedBatches
from haihe.data.exchange.keyed import RowKeys
from haihe.data.exchange.ports import Batch, Reading, SourceFacts
from haihe.data.exchange.rejected import RejectedRows
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.same import RowHashes
from haihe.data.exchange.setwise.checking import BatchChecker, CheckedBatch
from haihe.data.exchange.setwise.deltas import DeltaChecker
from haihe.kernel.keyring import Keyring

ACCEPTED, REJECTED = "accepted.sealed", "rejected.sealed"
WORKERS = 2
# What a feed of a few million rows needs; larger ones write the rest to disk, which costs them a tenth of their time.
IN_MEMORY_BYTES = 512 * 1024 * 1024
_WAITING = 2 * WORKERS
_NONE_DROPPED: Places = np.zeros(0, np.int64)
_MANY_EDGES = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One staged batch: where it lies, its rows that are accepted (None: all), and what tells equal ones."""

    frame: Frame | pa.RecordBatch
    first_line: int
    last_line: int
    accepted: Flags | None
    hashes: npt.NDArray[np.uint64]
    again: Callable[[], list[Batch]] | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a worker made of one checked batch."""

    checked: CheckedBatch
    kept: Kept | None
    hashes: npt.NDArray[np.uint64]
    again: Callable[[], list[Batch]] | None


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
            self.rows = self._store(stack, ACCEPTED, IN_MEMORY_BYTES)
            self.rejected = RejectedRows(self._store(stack, REJECTED), self.facts.positions)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _store(self, stack: ExitStack, name: str, in_memory_bytes: int = 0) -> SealedBatches:
        file = self.folder / name
        store = SealedBatches(file, in_memory_bytes)
        stack.callback(file.unlink)
        stack.callback(store.close)
        return store

    def accepted(self) -> Iterator[pa.Table]:
        """Yield the rows that are accepted in the end."""
        while self.parts:
            # Written rows needn't be held any longer.
            part = self.parts.pop(0)
            batch = self.rows.open(part.frame)
            kept = self._kept(part, batch)
            yield pa.Table.from_batches([batch] if kept is None else _pieces(batch, kept))

    def _kept(self, part: Part, batch: pa.RecordBatch) -> Flags | None:
        start, end = np.searchsorted(self.dropped, [part.first_line, part.last_line + 1])
        if start == end:
            return part.accepted
        kept = ~np.isin(batch.column("line").to_numpy(), self.dropped[start:end])
        return kept if part.accepted is None else kept & part.accepted


def _pieces(batch: pa.RecordBatch, kept: Flags) -> list[pa.RecordBatch]:
    """Return the kept rows as slices of the batch, which copies nothing; where they are many pieces, as a copy."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
    if len(edges) > _MANY_EDGES:
        return [batch.filter(pa.array(kept))]
    return [batch.slice(start, end - start) for start, end in edges.reshape(-1, 2).tolist()] or [batch.slice(0, 0)]


def stage_rows(staging: Staging, reading: Reading, progress: Progress) -> Counts:
    """Check every row of the reading into the staging and return the account so far."""
    counts = Counts()
    batches = batches_of(reading)
    first = next(batches, None)
    sample = first if first is not None else batch_of([], reading.facts.width)
    worker = _Worker(staging, sample)
    staging.columns = worker.columns
    for done in _in_order(worker, chain([sample], batches)):
        for judged in done:
            _set_down(staging, judged, counts)
        counts.blank_lines, counts.bytes_read = reading.tally.blank_lines, reading.tally.bytes_read
        progress(counts)
    return counts


def _in_order(worker: "_Worker", batches: Iterable[Batch]) -> Iterator[list[_Judged]]:
    """Let several threads judge batches, a few ahead of the one that is waited for."""
    waiting: deque[Future[list[_Judged]]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            for batch in batches:
                waiting.append(pool.submit(worker, batch))
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

    def __call__(self, batch: Batch) -> list[_Judged]:
        return [self._judged(checked, batch) for checked in self._checker.check(batch)]

    def _judged(self, checked: CheckedBatch, batch: Batch) -> _Judged:
        if not checked.rows.num_rows:
            return _Judged(checked, None, np.zeros(0, np.uint64), None)
        rows = self._keyed(checked.rows)
        hashes = self._hashes.of(rows)
        if checked.accepted is not None:
            hashes = hashes[checked.accepted]
        return _Judged(checked, self._rows.keep(rows), hashes, batch.again)

    def _keyed(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        columns = {"line": rows.column("line"), **self._keys.of(rows)}
        columns |= {name: rows.column(name) for name in rows.schema.names}
        return pa.RecordBatch.from_pydict(columns)


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.nulls(0, each.type) for each in schema], schema=schema)


def _set_down(staging: Staging, judged: _Judged, counts: Counts) -> None:
    checked = judged.checked
    if judged.kept is not None:
        staging.rows.add(judged.kept)
        lines = checked.rows.column("line").to_numpy()
        first, last = int(lines.min()), int(lines.max())
        part = Part(staging.rows.frames[-1], first, last, checked.accepted, judged.hashes, judged.again)
        staging.parts.append(part)
        counts.rows_accepted += len(judged.hashes)
    for record, refused in checked.refused:
        staging.rejected.add(record, refused.problems, staging.subject_keys(refused.doubted))
        counts.refuse(refused.problems[0].code)
