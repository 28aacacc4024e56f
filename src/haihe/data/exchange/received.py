"""The received file, kept sealed until its run has ended: it is full of identity numbers.

A sequence of frames, each a length and a sealed piece; a piece's context holds its number and the last frame says that
it is the last, so pieces can't be swapped, dropped or cut off unnoticed. Reading opens one piece at a time, in order or
at any place, so that even formats with their directory at the end never need a plain copy on disk.
"""

import hashlib
import io
import os
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import IO

from haihe.data.exchange.ports import OpenSource
from haihe.kernel.keyring import SEAL_OVERHEAD_BYTES, Keyring, KeyringError

PIECE_BYTES = 1024 * 1024
_LENGTH_BYTES = 4
_OPENED_PIECES = 4
_HASHED_AHEAD = 4
_BUFFER_BYTES = 64 * 1024


class TooLarge(Exception):
    """The content is larger than allowed; what was written of it is gone."""


@dataclass(frozen=True, slots=True)
class Received:
    sha256: str
    size_bytes: int


class SealedWriter:
    """Writes a sealed file piece by piece; it counts only once `finish` has returned, and then outlives a crash."""

    def __init__(self, file: Path, *, keyring: Keyring, context: str, most_bytes: int) -> None:
        self._file = file
        self._target = file.open("wb")
        self._keyring = keyring
        self._context = context
        self._most = most_bytes
        self._digest = hashlib.sha256()
        self._beside = ThreadPoolExecutor(1)
        self._hashing = deque[Future[None]]()
        self._waiting = bytearray()
        self._frames = 0
        self._size = 0

    def write(self, content: bytes) -> None:
        """Raises: TooLarge, OSError."""
        self._size += len(content)
        if self._size > self._most:
            self.drop()
            raise TooLarge
        if not self._waiting and len(content) == PIECE_BYTES:
            self._seal(content, "more")
            return
        self._waiting += content
        while len(self._waiting) >= PIECE_BYTES:
            self._seal(bytes(self._waiting[:PIECE_BYTES]), "more")
            del self._waiting[:PIECE_BYTES]

    def finish(self) -> Received:
        """Raises: OSError."""
        if self._waiting:
            self._seal(bytes(self._waiting), "more")
        self._seal(b"", "end")
        self._target.flush()
        os.fsync(self._target.fileno())
        self._target.close()
        self._beside.shutdown()
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return Received(self._digest.hexdigest(), self._size)

    def drop(self) -> None:
        """Leave nothing behind."""
        self._beside.shutdown()
        self._target.close()
        self._file.unlink(missing_ok=True)

    def _seal(self, piece: bytes, place: str) -> None:
        # What is hashed meanwhile must not pile up: that thread is the slower one.
        while len(self._hashing) >= _HASHED_AHEAD:
            self._hashing.popleft().result()
        self._hashing.append(self._beside.submit(self._digest.update, piece))
        _write_frame(self._target, self._keyring.seal(piece, context=f"{self._context}:{self._frames}:{place}"))
        self._frames += 1


def write_sealed(content: IO[bytes], file: Path, *, keyring: Keyring, context: str, most_bytes: int) -> Received:
    """Copy the content into a sealed file. Raises: TooLarge."""
    writer = SealedWriter(file, keyring=keyring, context=context, most_bytes=most_bytes)
    try:
        while piece := content.read(PIECE_BYTES):
            writer.write(piece)
        return writer.finish()
    except BaseException:
        writer.drop()
        raise


def open_sealed(file: Path, *, keyring: Keyring, context: str) -> OpenSource:
    """Return the file as a source; reading it raises KeyringError where it isn't what was written."""
    return _Sealed(file, keyring, context)


@dataclass(frozen=True, slots=True)
class _Sealed:
    path: Path
    keyring: Keyring
    context: str

    def __call__(self) -> Iterator[bytes]:
        with self.path.open("rb") as content:
            for number in count():
                frame = _read_frame(content)
                if frame is None:
                    raise KeyringError("the received file is cut off")
                opened, last = _open_frame(self.keyring, frame, f"{self.context}:{number}")
                if last:
                    return
                yield opened

    def file(self) -> IO[bytes]:
        return io.BufferedReader(_AnyPlace(self), _BUFFER_BYTES)


class _AnyPlace(io.RawIOBase):
    """A sealed file as a file to seek in. All frames are walked over once, so a file cut off shows at once."""

    def __init__(self, sealed: _Sealed) -> None:
        self._sealed = sealed
        self._content = sealed.path.open("rb")
        self._frames: list[int] = []
        self._starts: list[int] = []
        self._size = 0
        self._at = 0
        self._walk()
        self._piece = lru_cache(_OPENED_PIECES)(self._open_piece)

    def _walk(self) -> None:
        """Note where each frame stands and which byte of the content it begins with."""
        end = self._content.seek(0, io.SEEK_END)
        place = 0
        while place < end:
            self._content.seek(place)
            length = int.from_bytes(self._content.read(_LENGTH_BYTES), "big")
            self._frames.append(place)
            self._starts.append(self._size)
            self._size += length - SEAL_OVERHEAD_BYTES
            place += _LENGTH_BYTES + length
        if place != end or not self._frames or not self._open(len(self._frames) - 1)[1]:
            raise KeyringError("the received file is cut off")

    def _open(self, number: int) -> tuple[bytes, bool]:
        self._content.seek(self._frames[number])
        frame = _read_frame(self._content)
        if frame is None:
            raise KeyringError("the received file is cut off")
        return _open_frame(self._sealed.keyring, frame, f"{self._sealed.context}:{number}")

    def _open_piece(self, number: int) -> bytes:
        return self._open(number)[0]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # only what BufferedReader passes
        if self._at >= self._size:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        begin = self._at - self._starts[number]
        piece = self._piece(number)[begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._content.close()
        super().close()


def _open_frame(keyring: Keyring, frame: bytes, context: str) -> tuple[bytes, bool]:
    try:
        return keyring.open(frame, context=f"{context}:more"), False
    except KeyringError:
        return keyring.open(frame, context=f"{context}:end"), True


def _write_frame(target: IO[bytes], frame: bytes) -> None:
    target.write(len(frame).to_bytes(_LENGTH_BYTES, "big"))
    target.write(frame)


def _read_frame(content: IO[bytes]) -> bytes | None:
    length = int.from_bytes(content.read(_LENGTH_BYTES), "big")
    frame = content.read(length)
    return frame if frame and len(frame) == length else None
