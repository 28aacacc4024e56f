"""Records in batches, for formats that read one row at a time."""

from collections.abc import Iterable, Iterator
from itertools import batched

import pyarrow as pa

from haihe.data.exchange.ports import Batch, Piece, Reading, Record

_AT_A_TIME = 10_000


def pieces_of(reading: Reading) -> Iterator[Piece]:
    """Return the reading's pieces; of its records where it gives none."""
    if reading.pieces is not None:
        return reading.pieces
    return map(made, in_batches(reading.records, reading.facts.width))


def made(batch: Batch) -> Piece:
    """Return a piece that is a batch already."""
    return lambda: [batch]


def in_batches(records: Iterable[Record], width: int) -> Iterator[Batch]:
    """Yield records as batches of so many columns."""
    for chunk in batched(records, _AT_A_TIME, strict=False):
        yield batch_of(chunk, width)


def batch_of(records: Iterable[Record], width: int) -> Batch:
    """Return the records as one batch."""
    whole: list[Record] = []
    damaged: list[Record] = []
    for record in records:
        sound = record.fault is None and len(record.cells) == width
        (whole if sound else damaged).append(record)
    return Batch(
        lines=pa.array([record.line for record in whole], pa.int64()),
        columns=tuple(pa.array([record.cells[place] for record in whole], pa.string()) for place in range(width)),
        damaged=tuple(damaged),
        raw=lambda place: whole[place].raw,
    )
