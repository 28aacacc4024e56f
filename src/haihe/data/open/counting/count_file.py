"""Counts that outlive their process: lines of text with a number each, in a mapped file with one writer.

What is added stands in the system's page cache at once: a process that is killed loses nothing. `sync` brings it to the
disk; a machine without power loses what came since. Other processes read the file meanwhile (`Beside`), and each
process has the lowest number that is free (`take_place`), so that the one after it goes on with its files.
"""

import fcntl
import mmap
import os
import struct
import uuid
from pathlib import Path
from typing import Final

from haihe.data.open.store.manifest import sync

_MAGIC: Final = b"HHCOUNT1"
_HEADER: Final = 64
_ENTRY: Final = 128
_NUMBER: Final = struct.Struct("<Q")
_TEXT_AT: Final = _NUMBER.size + 1
LONGEST: Final = _ENTRY - _TEXT_AT
_ENTRIES: Final = 512


class CountFile:
    """Lives in one thread. `name` is the counter's for good: it is made with the file and kept within it.

    An entry is its number, the length of its text, and the text. The length is written last, so that a writer killed
    in between leaves an entry that isn't there.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open or make the file; without a path it is memory alone. Raises: OSError; ValueError for a damaged file."""
        self._path, self._map = path, _mapped(path)
        if self._map[:8] != _MAGIC:
            raise ValueError(f"{path} is no file of counts")
        self.name = self._map[8:40].decode()
        self._places = dict(self._read())

    def add(self, text: str, count: int = 1) -> int:
        """Add to a line, new or not, and return its sum. Raises: ValueError for a text that is too long."""
        place = self._places.get(text)
        if place is None:
            place = self._append(text)
        total: int = _NUMBER.unpack_from(self._map, place)[0] + count
        _NUMBER.pack_into(self._map, place, total)
        return total

    def get(self, text: str) -> int:
        """Return a line's sum, 0 for one that isn't there."""
        place = self._places.get(text)
        return 0 if place is None else int(_NUMBER.unpack_from(self._map, place)[0])

    def __len__(self) -> int:
        return len(self._places)

    def sums(self) -> dict[str, int]:
        return {text: _NUMBER.unpack_from(self._map, place)[0] for text, place in self._places.items()}

    def sync(self) -> None:
        """Bring it to the disk; takes its time, so never in the loop."""
        if self._path is None:
            return
        # By a descriptor of its own: the loop may make the map larger meanwhile.
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        self._map.close()

    def _append(self, text: str) -> int:
        told = text.encode()
        if not 0 < len(told) <= LONGEST:
            raise ValueError("a line of counts is too long")
        place = _HEADER + len(self._places) * _ENTRY
        if place + _ENTRY > len(self._map):
            self._grow(2 * len(self._map))
        self._map[place + _TEXT_AT : place + _TEXT_AT + len(told)] = told
        self._map[place + _NUMBER.size] = len(told)
        self._places[text] = place
        return place

    def _grow(self, size: int) -> None:
        """Raises: OSError where the disk is full: a hole in a mapped file that can't be filled kills who writes."""
        if self._path is not None:
            with self._path.open("r+b") as opened:
                os.posix_fallocate(opened.fileno(), 0, size)
        self._map.resize(size)

    def _read(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        while (one := _entry(self._map, len(found))) is not None:
            found.append(one)
        return found


class Beside:
    """Another process's counts, read while it writes. Lives in one thread."""

    def __init__(self, path: Path) -> None:
        """Raises: OSError; ValueError for a damaged file."""
        self._path, self._map = path, _mapped(path)
        self._places: dict[str, int] = {}

    def get(self, text: str) -> int:
        """Return a line's sum by now, 0 for one that isn't there."""
        while (one := _entry(self._map, len(self._places))) is not None:
            self._places[one[0]] = one[1]
        if _HEADER + (len(self._places) + 1) * _ENTRY > len(self._map) < self._path.stat().st_size:
            self._map.close()
            self._map = _mapped(self._path)
            return self.get(text)
        place = self._places.get(text)
        return 0 if place is None else int(_NUMBER.unpack_from(self._map, place)[0])

    def close(self) -> None:
        self._map.close()


def take_place(folder: Path) -> tuple[int, int]:
    """Return the lowest number that no living process has, and the descriptor that holds it for as long as it is open.

    Raises: OSError.
    """
    number = 1
    while (held := hold(folder, number)) is None:
        number += 1
    return number, held


def hold(folder: Path, number: int) -> int | None:
    """Return a descriptor that holds the number, None where a living process has it. Raises: OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def rewrite(path: Path, *, without: set[str]) -> None:
    """Leave lines out, under the same name; whole or not at all. Nobody may have the file open for writing."""
    before, beside = CountFile(path), path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    after = CountFile(beside)
    after._map[8:40] = before.name.encode()
    for text, count in before.sums().items():
        if text not in without:
            after.add(text, count)
    after.sync()
    after.close()
    before.close()
    beside.replace(path)


def _entry(told: mmap.mmap, number: int) -> tuple[str, int] | None:
    """Return text and place of an entry, None beyond the last one."""
    place = _HEADER + number * _ENTRY
    if place + _ENTRY > len(told) or not (length := told[place + _NUMBER.size]):
        return None
    return told[place + _TEXT_AT : place + _TEXT_AT + length].decode(), place


def _mapped(path: Path | None) -> mmap.mmap:
    size = _HEADER + _ENTRIES * _ENTRY
    begins = _MAGIC + uuid.uuid4().hex.encode()
    if path is None:
        made = mmap.mmap(-1, size)
        made[: len(begins)] = begins
        return made
    if not path.exists():
        _make(path, begins, size)
    descriptor = os.open(path, os.O_RDWR)
    try:
        return mmap.mmap(descriptor, 0)
    finally:
        os.close(descriptor)


def _make(path: Path, begins: bytes, size: int) -> None:
    """Make the file beside its place: it is there whole or not at all, also after the power was gone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(begins.ljust(size, b"\0"))
    beside.chmod(0o600)
    sync(beside)
    beside.replace(path)
