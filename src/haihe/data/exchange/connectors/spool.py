"""Rows that wait, sealed, until all have come: only then it is known which columns there are.

An interface leaves out what is empty, so a column may first show itself on the last page.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import msgspec

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.objects import MOST_COLUMNS, Fields
from haihe.data.exchange.connectors.ports import Memory
from haihe.data.exchange.connectors.rows import Row

_PREFIX: Final = "spool-"
_PIECE_ROWS: Final = 5000
_LENGTH_BYTES: Final = 8


class Spool:
    """Use as a context. What a killed process left goes with the next one: a source is fetched by one at a time."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._columns: dict[str, None] = {}
        self.rows = 0

    def __enter__(self) -> Self:
        for left in self._memory.folder.glob(f"{_PREFIX}*"):
            left.unlink()
        self._file: IO[bytes] = self._path.open("w+b")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that any row has, in the order in which they came."""
        return tuple(self._columns)

    def add(self, rows: Sequence[Fields]) -> None:
        """Keep rows. Raises: FetchFailed where they have columns without end."""
        for row in rows:
            self._columns.update(dict.fromkeys(row))
        if len(self._columns) > MOST_COLUMNS:
            raise FetchFailed(Fault.TOO_MUCH)
        for place in range(0, len(rows), _PIECE_ROWS):
            sealed = self._memory.seal(msgspec.json.encode(rows[place : place + _PIECE_ROWS]))
            self._file.write(len(sealed).to_bytes(_LENGTH_BYTES) + sealed)
        self.rows += len(rows)

    def batches(self) -> Iterator[list[Fields]]:
        """Give the rows again from the first one on."""
        self._file.seek(0)
        while length := int.from_bytes(self._file.read(_LENGTH_BYTES)):
            yield msgspec.json.decode(self._memory.open(self._file.read(length)), type=list[Fields])

    @property
    def _path(self) -> Path:
        return self._memory.folder / f"{_PREFIX}rows"


def in_order(rows: Iterable[Fields], columns: Sequence[str]) -> list[Row]:
    """Return the cells in the columns' order; what a row doesn't have is null."""
    return [[row.get(name) for name in columns] for row in rows]


def told_apart(row: Fields) -> Row:
    """Return what makes a row the same row again, whichever other columns came up meanwhile."""
    return [part for name in sorted(row) if row[name] is not None for part in (name, row[name])]
