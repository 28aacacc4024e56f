"""Rows as finished JSON, one a line: a page of whole rows is then found by its ids and copied, never made.

`told.jsonl` holds the lines in the order of the ids, `told.places` the ids, where each line begins, and how long the
longest is.
"""

import mmap
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from haihe.data.open.store.columns import CITY_OFFSET, ROW_ID, Column
from haihe.data.open.store.trouble import StoreDamaged

TOLD, PLACES = "told.jsonl", "told.places"
_lines = msgspec.json.Encoder().encode_lines
_read_line = msgspec.json.Decoder(dict[str, Any]).decode
_FALSE_TRUE = (False, True)
_NUMBER = np.dtype("<i8")
type Row = tuple[Any, ...]


def as_told(columns: Sequence[Column], rows: list[Row]) -> list[Row]:
    """Return rows as SQLite keeps them, an id in front of each, with times and truths as JSON tells them."""
    changed = {place + 1: column.kind for place, column in enumerate(columns) if column.kind in ("datetime", "boolean")}
    if not changed:
        return rows
    told = []
    for row in rows:
        cells = list(row)
        for place, kind in changed.items():
            if cells[place] is not None:
                cells[place] = _FALSE_TRUE[cells[place]] if kind == "boolean" else cells[place] + CITY_OFFSET
        told.append(tuple(cells))
    return told


def as_objects(columns: Sequence[Column], rows: Iterable[Row]) -> list[Any]:
    """Return rows as objects that the encoder knows by heart."""
    make = _maker((ROW_ID, *(column.name for column in columns)))
    return [make(*row) for row in rows]


@lru_cache(maxsize=512)
def _maker(names: tuple[str, ...]) -> Callable[..., Any]:
    if any(sign in name for name in names for sign in '"\\'):
        # Structures take no name that JSON would have to escape.
        return lambda *row: dict(zip(names, row, strict=True))
    fields: list[tuple[str, Any, Any]] = [(f"c{n}", Any, msgspec.field(name=name)) for n, name in enumerate(names)]
    return msgspec.defstruct("Row", fields, frozen=True, gc=False)


class ToldWriter:
    """Writes both files, batch by batch in the order of the ids. Use as a context manager."""

    def __init__(self, folder: Path, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._file, self._places = (folder / TOLD).open("wb"), (folder / PLACES).open("wb")
        self._begins: list[NDArray[np.int64]] = [np.zeros(1, _NUMBER)]
        self._size = self._longest = 0

    def __enter__(self) -> "ToldWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._places.close()

    def add(self, rows: list[Row]) -> None:
        """Take rows as SQLite keeps them."""
        text = _lines(as_objects(self._columns, as_told(self._columns, rows)))
        # A line of JSON holds no line end: in texts it is escaped.
        ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1
        begins = np.concatenate((self._begins[-1][-1:], ends.astype(_NUMBER) + self._size))
        self._longest = max(self._longest, int(np.diff(begins).max(initial=0)))
        self._begins.append(begins[1:])
        self._places.write(np.array([row[0] for row in rows], _NUMBER).tobytes())
        self._size += len(text)
        self._file.write(text)

    def finish(self) -> None:
        """Write where the lines begin, and the last one ends."""
        for part in (*self._begins, np.array([self._longest], _NUMBER)):
            self._places.write(part.tobytes())


class ToldFile:
    """May be used by any number of threads. `longest`: how many bytes the largest row takes."""

    def __init__(self, folder: Path, rows: int) -> None:
        """Raises: StoreDamaged."""
        numbers = np.memmap(folder / PLACES, _NUMBER, mode="r")
        if len(numbers) != 2 * rows + 2 or (folder / TOLD).stat().st_size != numbers[-2]:
            raise StoreDamaged(f"{folder / PLACES} doesn't belong to {rows} rows")
        self.ids: NDArray[np.int64] = numbers[:rows]
        self.longest = int(numbers[-1])
        self._at = memoryview(numbers)[rows:]
        self._first = int(self.ids[0]) if rows else 0
        self._is_dense = bool(rows) and int(self.ids[-1]) - self._first == rows - 1
        self._text = _mapped(folder / TOLD)

    def lines(self, ids: Sequence[int]) -> list[bytes]:
        """Return the rows of these ids, which are all there."""
        text, at = self._text, self._at
        return [text[at[place] : at[place + 1] - 1] for place in self._places_of(ids)]

    def rows(self, columns: Sequence[Column], ids: Sequence[int]) -> list[Row]:
        """Return some cells of the rows of these ids, which are all there, the id in front of each."""
        names = [ROW_ID, *(column.name for column in columns)]
        return [tuple([row[name] for name in names]) for row in map(_read_line, self.lines(ids))]

    def sizes(self, ids: Sequence[int]) -> list[int]:
        """Return how many bytes each row takes."""
        return [self._at[place + 1] - self._at[place] for place in self._places_of(ids)]

    def _places_of(self, ids: Sequence[int]) -> list[int]:
        if self._is_dense:
            return [each - self._first for each in ids]
        found: list[int] = np.searchsorted(self.ids, np.array(ids, _NUMBER)).tolist()
        return found


def _mapped(file: Path) -> bytes | mmap.mmap:
    """Return the file's bytes, which come from the disk as they are read. What is empty can't be mapped."""
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if file.stat().st_size else b""
