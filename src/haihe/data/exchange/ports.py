"""What a format is: one way in which rows stand in a file.

Each format is a folder `formats/<name>/` with `format.py` holding one object that keeps the `Format` protocol,
registered by name in `formats/__init__.py`; its readers and tests lie beside it (docs/exchange.md).
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import IO, Protocol

import pyarrow as pa

from haihe.data.exchange.reasons import Reason
from haihe.data.exchange.rules import RegisterSchema


@dataclass(frozen=True, slots=True)
class Record:
    """One row as the source has it, its cells not yet looked at. `line` counts from 1 in the source.

    Where the source is damaged `fault` says how, and `raw` is still what stood there. `column` is the title of the
    cell that is damaged and the other cells are right; where it is empty the whole row is, and `cells` may be anything.
    """

    line: int
    cells: list[str]
    raw: str
    fault: Reason | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What was found out about the source before its first row; told to its owner and kept in the manifest.

    `confidence` is 0 to 1; `encoding` and `delimiter` are empty where the format has none. `positions` are the places
    in `Record.cells` of the schema's columns, in its order, None for an optional column that the source doesn't have;
    `width` is how many cells a row must have. `part` names what was read of the file: a sheet, or an archive's members.
    """

    encoding: str
    confidence: float
    delimiter: str
    header: tuple[str, ...]
    positions: tuple[int | None, ...]
    ignored: tuple[str, ...]
    preface_lines: int
    part: str = ""

    @property
    def width(self) -> int:
        return len(self.header)


class Tally:
    """What a reading has passed so far, for progress and for the account of lines that are no rows."""

    def __init__(self) -> None:
        self.bytes_read = 0
        self.blank_lines = 0
        self._lock = Lock()

    def take_in(self, other: "Tally") -> None:
        """Add the blank lines that another thread counted for itself."""
        with self._lock:
            self.blank_lines += other.blank_lines


@dataclass(frozen=True, slots=True)
class Batch:
    """Many rows at once: per column of the header an array of the cells' texts, as they stand in the source.

    `lines` numbers the rows; `raw` gives the text of the row at a place of the batch. Rows that are `damaged` are in no
    column. `again` reads the rows of some lines anew, where the format can do that without reading all before them.
    """

    lines: pa.Int64Array
    columns: tuple[pa.StringArray, ...]
    damaged: tuple[Record, ...]
    raw: Callable[[int], str]
    again: "Again | None" = None

    @property
    def rows(self) -> int:
        """How many rows it has, damaged ones included."""
        return len(self.lines) + len(self.damaged)

    def record(self, place: int) -> Record:
        """Return the row at a place as a record."""
        cells = [column[place].as_py() for column in self.columns]
        return Record(self.lines[place].as_py(), cells, self.raw(place))


type Piece = Callable[[], list[Batch]]
"""Some rows of a source, still to be made batches of."""
type Again = Callable[[Collection[int]], list[Record]]
"""Reads the rows that stand in some lines of a batch."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An opened source. `records` streams in bounded memory and may be taken once.

    `pieces` gives the same rows many at once, for formats that can; who takes them leaves the records alone. They come
    in the source's order, and any thread may make batches of one.
    """

    facts: SourceFacts
    records: Iterator[Record]
    tally: Tally
    pieces: Iterator[Piece] | None = None


class OpenSource(Protocol):
    """A received file, readable as often as wanted; nothing of it is ever laid down plain."""

    def __call__(self) -> Iterator[bytes]:
        """Give the bytes in pieces from the start."""
        ...

    def file(self) -> IO[bytes]:
        """Return the bytes as a file to seek in, for formats whose directory stands at the end."""
        ...


class Format(Protocol):
    @property
    def name(self) -> str: ...

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Look at the source's beginning and return its rows. Raises: FileRefused."""
        ...
