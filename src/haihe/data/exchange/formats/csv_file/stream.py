"""A text file in blocks of whole rows, one after the other, in bounded memory; any thread may cut one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

from haihe.data.exchange.batches import in_batches, made
from haihe.data.exchange.formats.csv_file.blocks import Block, Shape, batches_of, end_of_rows, records_at
from haihe.data.exchange.formats.csv_file.records import rows
from haihe.data.exchange.formats.encoding import Encoding
from haihe.data.exchange.formats.lines import counted, lines_from, without_bom
from haihe.data.exchange.ports import Again, Batch, OpenSource, Piece, Record, Tally

BLOCK_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stream:
    """A source of text with separators, whose rows begin after so many lines."""

    source: OpenSource
    encoding: Encoding
    shape: Shape
    lines_above: int
    tally: Tally
    block_bytes: int = BLOCK_BYTES

    def pieces(self) -> Iterator[Piece]:
        """Yield all rows; once where blocks end can't be told, the rest line by line."""
        pieces = without_bom(counted(self.source(), self.tally), self.encoding.bom_bytes)
        above, held = self._beginning(pieces)
        place, line = self.encoding.bom_bytes + above, self.lines_above + 1
        while held := self._filled(held, pieces):
            size = end_of_rows(held) if len(held) >= self.block_bytes else len(held)
            if size is None:
                yield from map(made, self._line_by_line(chain([held], pieces), line))
                return
            block = Block.of(line, held[:size])
            yield partial(self._cut, block, partial(self._again, place, size, line))
            place, line, held = place + size, line + block.lines, held[size:]

    def _cut(self, block: Block, again: Again) -> list[Batch]:
        passed = Tally()
        batches = batches_of(block, self.shape, passed, again)
        self.tally.take_in(passed)
        return batches

    def _beginning(self, pieces: Iterator[bytes]) -> tuple[int, bytes]:
        """Return how many bytes stand above the rows, and what was read after them."""
        held = b""
        for piece in pieces:
            held += piece
            lines = held.splitlines(keepends=True)
            # The last one may go on in the next piece.
            if len(lines) > self.lines_above + 1:
                break
        above = sum(len(line) for line in held.splitlines(keepends=True)[: self.lines_above])
        return above, held[above:]

    def _filled(self, held: bytes, pieces: Iterator[bytes]) -> bytes:
        parts, size = [held], len(held)
        while size < self.block_bytes and (piece := next(pieces, b"")):
            parts.append(piece)
            size += len(piece)
        return b"".join(parts)

    def _line_by_line(self, pieces: Iterator[bytes], first: int) -> Iterator[Batch]:
        lines = lines_from(pieces, self.encoding.name, first=first)
        shape = self.shape
        return in_batches(rows(lines, delimiter=shape.delimiter, width=shape.width, tally=self.tally), shape.width)

    def _again(self, place: int, size: int, line: int, wanted: Collection[int]) -> list[Record]:
        with self.source.file() as content:
            content.seek(place)
            return records_at(Block.of(line, content.read(size)), self.shape, wanted)
