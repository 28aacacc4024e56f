"""A text file in blocks of whole rows, each cut into columns at once where no line of it is doubtful.

Doubtful is a line with a quote (and the lines after it, over which a quoted cell may go on), with a control character,
undecodable bytes, a wrong number of cells: such lines go to the reader of single lines, and only they. Where a block
can't end between two rows for sure, because quotes stand everywhere, the rest of the file goes there.
"""

import codecs
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from haihe.data.exchange.arrays import Flags, Places, check_utf8, first_bytes_of, lengths_of, whole
from haihe.data.exchange.batches import batch_of
from haihe.data.exchange.formats.csv_file.doubt import count_lines, doubtful_lines, line_ends
from haihe.data.exchange.formats.csv_file.records import MAX_LINES_OF_A_ROW, rows
from haihe.data.exchange.formats.lines import MAX_LINE_BYTES, Line, line_of
from haihe.data.exchange.ports import Again, Batch, Record, Tally

# Smaller pieces stay in the processor's cache while they are cut.
_CUT_AT_A_TIME_BYTES = 1024 * 1024
_MARK = b'"'
_SPACE, _TAB, _WIDE_SPACE = 0x20, 0x09, 0xE3


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows stand in the file. `full_width` counts the empty titles behind the header's last one, too."""

    encoding: str
    delimiter: str
    width: int
    full_width: int

    @property
    def suits_blocks(self) -> bool:
        """True where separators and line ends are single bytes that nothing else contains."""
        trail_bytes_from = 0x30 if self.encoding == "gb18030" else 0x80
        return not self.encoding.startswith("utf-16") and ord(self.delimiter) < trail_bytes_from


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows, each line ended by LF, and the number of the first one."""

    first_line: int
    lines: int
    data: bytes

    @classmethod
    def of(cls, first_line: int, data: bytes) -> "Block":
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        data = data if data.endswith(b"\n") else data + b"\n"
        return cls(first_line, count_lines(data), data)


def end_of_rows(data: bytes) -> int | None:
    """Return how many bytes from the start are whole rows for sure; None where quotes or long lines leave it open."""
    end = data.rfind(b"\n") + 1
    mark = data.rfind(_MARK, 0, end)
    # A row that begins on a line with a quote may take the next five lines in.
    while mark >= 0 and data.count(b"\n", mark, end) < MAX_LINES_OF_A_ROW:
        end = data.rfind(b"\n", 0, mark) + 1
        mark = data.rfind(_MARK, 0, end)
    return end or None


def batches_of(block: Block, shape: Shape, tally: Tally, again: Again | None = None) -> list[Batch]:
    """Return a block's rows: those cut at once, and those read line by line."""
    sound, doubtful = _sound_part(block, shape)
    numbers, by_line = None, list[Record]()
    if doubtful is not None:
        numbers = np.flatnonzero(~doubtful) + block.first_line
        lines = _lines_at(block, np.flatnonzero(doubtful), shape.encoding, line_ends(block.data))
        by_line = list(rows(iter(lines), delimiter=shape.delimiter, width=shape.width, tally=tally))
    if sound is None:
        return [replace(batch_of(by_line, shape.width), again=again)]
    if numbers is None:
        numbers = np.arange(block.first_line, block.first_line + sound.lines)
    batch, single = _split(sound, numbers, shape, again)
    by_line += rows(iter(single), delimiter=shape.delimiter, width=shape.width, tally=tally)
    return [batch, replace(batch_of(by_line, shape.width), again=again)] if by_line else [batch]


def records_at(block: Block, shape: Shape, wanted: Collection[int]) -> list[Record]:
    """Return the rows that begin in some lines of a block."""
    ends = line_ends(block.data)
    found: list[Record] = []
    for number in wanted:
        # Where a row begins is known; a quoted cell of it may go on in the lines behind.
        first = number - block.first_line
        last = min(first + MAX_LINES_OF_A_ROW, len(ends))
        lines = _lines_at(block, np.arange(first, last), shape.encoding, ends)
        found += islice(rows(iter(lines), delimiter=shape.delimiter, width=shape.width, tally=Tally()), 1)
    return found


@dataclass(frozen=True, slots=True)
class _Cut:
    """Cells by column, and the lines that have another number of cells, by their place."""

    table: pa.Table
    torn: list[tuple[int, str]]

    @property
    def lines(self) -> int:
        return int(self.table.num_rows) + len(self.torn)


def _sound_part(block: Block, shape: Shape) -> tuple[_Cut | None, Flags | None]:
    """Cut the lines that are sound; the flags say of each line whether it is not, where any is not."""
    data, count = block.data, block.lines
    for errors in ("strict", "replace"):
        try:
            text = _utf8(data, shape.encoding, errors)
            # A damaged character may swallow the line end after it.
            if text is not data and count_lines(text) != count:
                continue
            doubtful = doubtful_lines(text)
            cut = _cut(text if doubtful is None else _without(text, doubtful), shape)
        except (UnicodeDecodeError, pa.ArrowInvalid):
            continue
        if (count if doubtful is None else np.count_nonzero(~doubtful)) == cut.lines:
            return cut, doubtful
    return None, np.ones(count, np.bool_)


def _utf8(data: bytes, encoding: str, errors: str) -> bytes:
    """Return the block in UTF-8. Raises: UnicodeDecodeError or ArrowInvalid if errors are strict."""
    if encoding != "utf-8" or errors != "strict":
        return data.decode(encoding, errors).encode()
    check_utf8(data)
    return data


def _without(text: bytes, doubtful: Flags) -> bytes:
    """Return the text without the doubtful lines."""
    ends = line_ends(text) + 1
    changes = np.flatnonzero(np.diff(doubtful)) + 1
    borders = [0, *ends[changes - 1].tolist(), len(text)]
    kept = 1 if doubtful[0] else 0
    view = memoryview(text)
    return b"".join(view[start:end] for start, end in list(pairwise(borders))[kept::2])


def _cut(text: bytes, shape: Shape) -> _Cut:
    """Raises: ArrowInvalid for lines that are too long to be cut so."""
    torn: list[tuple[int, str]] = []

    def set_apart(row: pa_csv.InvalidRow) -> str:
        torn.append((row.number - 1, row.text))
        return "skip"

    names = [str(place) for place in range(shape.full_width)]
    if not text:
        return _Cut(pa.table({name: pa.array([], pa.string()) for name in names}), torn)
    # One mark is taken off the start, where it is part of the first cell.
    marked = codecs.BOM_UTF8 + text if text.startswith(codecs.BOM_UTF8) else text
    table = pa_csv.read_csv(
        pa.BufferReader(marked),
        read_options=pa_csv.ReadOptions(use_threads=False, block_size=_CUT_AT_A_TIME_BYTES, column_names=names),
        parse_options=pa_csv.ParseOptions(
            delimiter=shape.delimiter, quote_char=False, ignore_empty_lines=False, invalid_row_handler=set_apart
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    return _Cut(table.combine_chunks(), torn)


def _lines_at(block: Block, places: Places, encoding: str, ends: Places) -> list[Line]:
    """Return the lines at some places of a block, all of whose lines end at `ends`."""
    starts = np.where(places > 0, ends[places - 1] + 1, 0)
    return [
        line_of(block.first_line + place, block.data[start:end], encoding)
        for place, start, end in zip(places.tolist(), starts.tolist(), ends[places].tolist(), strict=True)
    ]


def _split(cut: _Cut, numbers: Places, shape: Shape, again: Again | None) -> tuple[Batch, list[Line]]:
    """Return the rows with the right number of cells, and the lines to be read one by one."""
    columns = [whole(column) for column in cut.table.columns]
    lines = np.delete(numbers, np.array([place for place, _ in cut.torn], np.int64))
    single = [line_of(int(numbers[place]), text.encode(shape.encoding), shape.encoding) for place, text in cut.torn]
    odd = _odd_rows(columns, shape)
    if odd is not None:
        for place in np.flatnonzero(odd).tolist():
            text = shape.delimiter.join(column[place].as_py() for column in columns)
            single.append(line_of(int(lines[place]), text.encode(shape.encoding), shape.encoding))
        kept = pa.array(~odd)
        columns, lines = [column.filter(kept) for column in columns], lines[~odd]
    spare = shape.delimiter * (shape.full_width - shape.width)
    cells = tuple(columns[: shape.width])

    def raw(place: int) -> str:
        return shape.delimiter.join(column[place].as_py() for column in cells) + spare

    return Batch(pa.array(lines), cells, (), raw, again), single


def _odd_rows(columns: Sequence[pa.StringArray], shape: Shape) -> Flags | None:
    """Say which rows are blank, too long, or have something behind their last column; None where none is."""
    lengths = [lengths_of(column) for column in columns]
    odd = np.ones(len(columns[0]), np.bool_)
    for column, length in zip(columns, lengths, strict=True):
        # Few rows have even one cell that may be.
        if not odd.any():
            break
        odd &= _may_be_blank(column, length)
    for length in lengths[shape.width :]:
        odd |= length > 0
    if sum(int(length.max(initial=0)) + 1 for length in lengths) > MAX_LINE_BYTES:
        odd |= np.add.reduce(lengths) + shape.full_width > MAX_LINE_BYTES
    return odd if odd.any() else None


def _may_be_blank(column: pa.StringArray, lengths: Places) -> Flags:
    """Say which cells are empty or begin with what may be a space."""
    first = first_bytes_of(column)
    return np.asarray((lengths == 0) | (first == _SPACE) | (first == _TAB) | (first == _WIDE_SPACE))
