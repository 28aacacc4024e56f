"""A stream's batches as they are, many rows at once, where every column is text and no cell of a row is doubtful.

Doubtful is a row with a character that can't be seen or was lost, and one that may be blank: those are read one by one,
as rows of any other format are. A batch with a column that isn't text is read so altogether.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange.arrays import Flags, Places, cells_with, first_bytes_of, lengths_of, parts_of
from haihe.data.exchange.batches import batch_of
from haihe.data.exchange.formats.arrow_rows import texts_of
from haihe.data.exchange.formats.damage import damaged, refusing_damage
from haihe.data.exchange.formats.table import MOST_RAW, records_of
from haihe.data.exchange.ports import Batch, OpenSource, Piece, Record, SourceFacts, Tally
from haihe.data.exchange.rules import RegisterSchema

_LOST = "\ufffd"
_CONTROL = np.array([(byte < 0x20 and byte not in b"\t\n\r") or byte == 0x7F for byte in range(256)])
# White space is one of these bytes, or begins with one of those (U+0085, U+00A0, U+1680, U+2000 and on, U+3000).
_MAY_BE_SPACE = np.array([byte <= 0x20 or byte in (0xC2, 0xE1, 0xE2, 0xE3) for byte in range(256)])


@dataclass(frozen=True, slots=True)
class Stream:
    """How a stream's rows are read. `schema` is the stream's own."""

    source: OpenSource
    facts: SourceFacts
    register: RegisterSchema
    schema: pa.Schema
    tally: Tally

    def pieces(self, batches: Iterator[pa.RecordBatch], file: IO[bytes]) -> Iterator[Piece]:
        """Yield a piece for each batch. `file` is what the batches are read from, one message after the other."""
        line, offset = 1, file.tell()
        for batch in batches:
            self.tally.bytes_read = file.tell()
            yield self._piece(batch, line, offset)
            line, offset = line + batch.num_rows, file.tell()

    def _piece(self, batch: pa.RecordBatch, first_line: int, offset: int) -> Piece:
        def again(wanted: Collection[int]) -> list[Record]:
            places = np.array(sorted(wanted), np.int64) - first_line
            return self._one_by_one(self._read_again(offset), places, first_line, Tally())

        return lambda: self._batches_of(batch, first_line, again)

    def _batches_of(
        self, batch: pa.RecordBatch, first_line: int, again: Callable[[Collection[int]], list[Record]]
    ) -> list[Batch]:
        self._check(batch)
        width = self.facts.width
        columns = [_text(column) for column in batch.columns]
        sound = [column for column in columns if column is not None]
        doubtful = np.ones(batch.num_rows, np.bool_) if len(sound) < len(columns) else _doubtful(sound, batch.num_rows)
        found: list[Batch] = []
        if not doubtful.all():
            kept = pa.array(~doubtful)
            cells = tuple((column.filter(kept) if doubtful.any() else column) for column in sound[:width])
            lines = pa.array(np.flatnonzero(~doubtful) + first_line)

            def raw(place: int) -> str:
                return "\t".join(column[place].as_py() for column in cells)[:MOST_RAW]

            found.append(Batch(lines, cells, (), raw, again))
        if doubtful.any():
            tally = Tally()
            records = self._one_by_one(batch, np.flatnonzero(doubtful), first_line, tally)
            self.tally.take_in(tally)
            single = batch_of(records, width)
            found.append(Batch(single.lines, single.columns, single.damaged, single.raw, again))
        return found

    def _check(self, batch: pa.RecordBatch) -> None:
        if batch.num_columns != len(self.schema):
            raise damaged("列名无法区分")
        with refusing_damage():
            # Whatever the bytes claim, Arrow would follow it to any place in memory.
            batch.validate(full=True)

    def _one_by_one(self, batch: pa.RecordBatch, places: Places, first_line: int, tally: Tally) -> list[Record]:
        with refusing_damage():
            columns = [texts_of(column) for column in batch.take(pa.array(places)).columns]
        records: list[Record] = []
        for place, cells in zip(places.tolist(), zip(*columns, strict=True), strict=True):
            line = first_line + place
            records += records_of(iter([(line, list(cells))]), self.facts, self.register, tally, first_line=line)
        return records

    def _read_again(self, offset: int) -> pa.RecordBatch:
        file = self.source.file()
        file.seek(offset)
        with refusing_damage():
            message = pa.ipc.read_message(pa.PythonFile(file, mode="r"))
            batch = pa.ipc.read_record_batch(message, self.schema)
        self._check(batch)
        return batch


def _text(column: pa.Array) -> pa.StringArray | None:
    """Return a column of text without nulls; None for any other."""
    kind = column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return None
    return column.fill_null("").cast(pa.string())


def _doubtful(columns: list[pa.StringArray], rows: int) -> Flags:
    found = np.zeros(rows, np.bool_)
    blank = np.ones(rows, np.bool_)
    for column in columns:
        places, data = parts_of(column)
        controls = _CONTROL[data[places[0] : places[-1]]]
        if controls.any():
            found |= cells_with(column, controls)
        if _LOST.encode() in data[places[0] : places[-1]].tobytes():
            found |= np.asarray(pc.match_substring(column, _LOST))
        if blank.any():
            blank &= (lengths_of(column) == 0) | _MAY_BE_SPACE[first_bytes_of(column)]
    return found | blank
