"""Frames of one transfer on the disk of whoever receives it, as they came: sealed.

They may come twice and in any order. A frame counts once it is synced; what a crash left half-written is cut off.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from haihe.data.exchange.nodes.wire import Frame

_LENGTH_BYTES = 4
_decoder = msgspec.msgpack.Decoder(Frame)


class Spool:
    """A file of frames, each behind its length. One process writes it at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._places: dict[int, tuple[int, int]] = {}
        self._end: int | None = None
        self.size_bytes = 0
        self._read_back()

    @property
    def is_complete(self) -> bool:
        return self._end is not None and len(self._places) == self._end + 1

    @property
    def frames(self) -> int:
        """How many are here."""
        return len(self._places)

    def add(self, frames: Sequence[tuple[Frame, bytes]]) -> None:
        """Keep what isn't here yet, and return when it is on the disk. Each frame comes with its encoded form."""
        new = [(frame, data) for frame, data in frames if frame.number not in self._places]
        if not new:
            return
        is_made = self._file.exists()
        with self._file.open("r+b" if is_made else "wb") as file:
            file.seek(self.size_bytes)
            end = self.size_bytes
            placed: dict[int, tuple[int, int]] = {}
            for frame, data in new:
                if frame.number in placed:
                    continue
                file.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
                placed[frame.number] = (end + _LENGTH_BYTES, len(data))
                end += _LENGTH_BYTES + len(data)
            file.flush()
            os.fsync(file.fileno())
        if not is_made:
            sync_folder(self._file.parent)
        self.size_bytes = end
        self._places |= placed
        self._note_end([frame for frame, _ in new])

    def read(self) -> Iterator[Frame]:
        """Give all frames in order. Raises: ValueError where one is damaged."""
        with self._file.open("rb") as file:
            for number in sorted(self._places):
                offset, length = self._places[number]
                file.seek(offset)
                yield _decoder.decode(file.read(length))

    def last(self) -> Frame:
        """Give the frame that ends it. Raises: ValueError where it isn't here."""
        if self._end is None:
            raise ValueError("the end isn't here")
        with self._file.open("rb") as file:
            offset, length = self._places[self._end]
            file.seek(offset)
            return _decoder.decode(file.read(length))

    def remove(self) -> None:
        self._file.unlink(missing_ok=True)

    def _note_end(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            if frame.kind == "end":
                self._end = frame.number

    def _read_back(self) -> None:
        if not self._file.exists():
            return
        with self._file.open("r+b") as file:
            while (frame := _next(file)) is not None:
                data, at = frame
                try:
                    found = _decoder.decode(data)
                except msgspec.DecodeError:
                    break
                self._places[found.number] = (at, len(data))
                self._note_end([found])
                self.size_bytes = at + len(data)
            file.truncate(self.size_bytes)


def sync_folder(folder: Path) -> None:
    """Return when the folder's entries are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _next(file: IO[bytes]) -> tuple[bytes, int] | None:
    """Return the next frame's bytes and where they begin; None at the end or where the rest is half-written."""
    head = file.read(_LENGTH_BYTES)
    at = file.tell()
    data = file.read(int.from_bytes(head, "big"))
    whole = len(head) == _LENGTH_BYTES and data and len(data) == int.from_bytes(head, "big")
    return (data, at) if whole else None
