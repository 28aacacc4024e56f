"""The refused rows of a run on their way into its snapshot."""

from collections.abc import Iterable, Iterator

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange.checking import Problem
from haihe.data.exchange.encrypted import SealedPieces, SetDown, packed, unpacked
from haihe.data.exchange.ports import Record
from haihe.kernel.keyring import SUBJECT_KEY_BYTES

_AT_A_TIME = 5000
_NO_LINE = 2**62
SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("code", pa.string()),
        ("problems", pa.string()),
        ("raw", pa.string()),
        ("cells", pa.list_(pa.string())),
        ("subjects", pa.list_(pa.binary(SUBJECT_KEY_BYTES))),
    ]
)

type Positions = tuple[int | None, ...]


class RejectedRows:
    """Refused rows set down as they come. `positions` say where in a record the schema's cells are."""

    def __init__(self, store: SealedPieces, positions: Positions) -> None:
        self._store = store
        self._positions = positions
        self._rows: list[dict[str, object]] = []
        self._firsts: list[tuple[int, SetDown]] = []
        self.count = 0

    def add(self, record: Record, problems: Iterable[Problem], doubted: list[bytes]) -> None:
        """Set a row down: all its problems, what stood there, and the keys of the persons whom it puts in doubt."""
        told = [[problem.column, problem.code, problem.sentence] for problem in problems]
        self._rows.append(
            {
                "line": record.line,
                "code": told[0][1],
                "problems": msgspec.json.encode(told).decode(),
                "raw": record.raw,
                "cells": self._cells(record),
                "subjects": list(dict.fromkeys(doubted)),
            }
        )
        self.count += 1
        if len(self._rows) >= _AT_A_TIME:
            self._flush()

    def by_line(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows in the order of their lines. Those set down together may overlap those of others."""
        self._flush()
        pieces = sorted(self._firsts, key=lambda pair: pair[0])
        waiting = SCHEMA.empty_table()
        nexts = [first for first, _ in pieces[1:]]
        for (_, piece), before in zip(pieces, [*nexts, _NO_LINE], strict=False):
            waiting = pa.concat_tables([waiting, unpacked(self._store.open(piece))])
            ready = pc.less(waiting.column("line"), before)
            yield from waiting.filter(ready).sort_by("line").to_batches()
            waiting = waiting.filter(pc.invert(ready))

    def _flush(self) -> None:
        if self._rows:
            rows = pa.Table.from_pylist(self._rows, schema=SCHEMA)
            piece = self._store.add(self._store.keep(packed(rows)))
            self._firsts.append((pc.min(rows.column("line")).as_py(), piece))
            self._rows = []

    def _cells(self, record: Record) -> list[str]:
        """Return the row's cells where their number is right."""
        if record.fault is not None and not record.column:
            return []
        return [record.cells[place] if place is not None else "" for place in self._positions]
