"""What a delivery of changes alone brings: which rows differ from the snapshot that is at the target, as a grant lets
them out.

What a table is to hold afterwards follows from what it held: the digests of rows are taken off and added to the sum.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from haihe.data.exchange.changed_rows import Op, read_changes
from haihe.data.exchange.delivery.content import GrantedRows, Measured
from haihe.data.exchange.delivery.digests import RowsDigest
from haihe.data.exchange.delivery.ports import DELETE, OPERATION, UPSERT, Content
from haihe.data.exchange.records import SnapshotInfo

_BATCH_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Base:
    """What is at the target: a snapshot, and its rows there with their digest. `sequence` is of the next delivery."""

    snapshot: SnapshotInfo
    found: Measured
    sequence: int


@dataclass(frozen=True, slots=True)
class MeasuredChanges:
    """How many rows are put in and deleted, and what is to be found afterwards."""

    upserts: int
    deletes: int
    found: Measured


class GrantedChanges:
    """The rows of one snapshot that differ from those at the target. `merged`: they are merged into a table there."""

    def __init__(self, rows: GrantedRows, base: Base, *, merged: bool) -> None:
        self._rows = rows
        self._base = base
        self._merged = merged

    def measure(self, hear: Callable[[Sequence[bytes]], None]) -> MeasuredChanges:
        """Go through all changes once; `hear` is told the subject keys of each batch.

        Raises: UnknownField, SnapshotDamaged.
        """
        count = {Op.UPSERT: 0, Op.DELETE: 0, Op.REPLACED: 0}
        table, file = RowsDigest(self._base.found.rows, self._base.found.digest), RowsDigest()
        for op, subjects, rows in self._read(with_replaced=True):
            count[op] += rows.num_rows
            (table.add_batch if op is Op.UPSERT else table.take_batch)(rows)
            if op is not Op.REPLACED:
                file.add_batch(_told(op, rows))
                hear(subjects)
        told = table if self._merged else file
        return MeasuredChanges(count[Op.UPSERT], count[Op.DELETE], Measured(told.rows, told.value))

    def content(self, number: str, plan: str, measured: Measured) -> Content:
        return Content(
            number,
            plan,
            self._rows.columns,
            measured.rows,
            measured.digest,
            self._batches,
            sequence=self._base.sequence,
        )

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for op, _, rows in self._read(with_replaced=False):
            yield _told(op, rows)

    def _read(self, *, with_replaced: bool) -> Iterator[tuple[Op, Sequence[bytes], pa.RecordBatch]]:
        rows = self._rows
        found = read_changes(
            self._base.snapshot, rows.snapshot, rows.fields, within=rows.within, with_replaced=with_replaced
        )
        for op, batch in found:
            for start in range(0, batch.num_rows, _BATCH_ROWS):
                yield op, *rows.shown(batch.slice(start, _BATCH_ROWS))


def _told(op: Op, rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows with what becomes of their key in front; of one that goes only that."""
    key, *others = rows.columns
    if op is not Op.UPSERT:
        others = [pa.nulls(rows.num_rows, pa.string()) for _ in others]
    told = pa.array([UPSERT if op is Op.UPSERT else DELETE] * rows.num_rows, pa.string())
    return pa.RecordBatch.from_arrays([told, key, *others], [OPERATION, *rows.schema.names])
