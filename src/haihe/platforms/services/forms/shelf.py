"""Files on the disk, sealed piece by piece: `<data_dir>/uploads/<first two>/<id>`. No plain byte is written down.

A file is sealed pieces one after the other, each with its length before it. Its id, the number of each piece and which
is the last are part of what is authenticated: none can be left out, moved or cut off.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from django.conf import settings

from haihe.base.keys import api as keys
from haihe.kernel.keyring import KeyringError

PIECE_BYTES: Final = 64 * 1024
_LENGTH_BYTES: Final = 4
_FOLDER: Final = "uploads"


class FileDamaged(Exception):
    """The file on the disk isn't what was stored."""


def path_of(upload: UUID) -> Path:
    return Path(settings.HAIHE.data_dir) / _FOLDER / upload.hex[:2] / upload.hex


class SealedFile:
    """A file that is being written. `close` ends it; until then nobody can open it."""

    def __init__(self, upload: UUID) -> None:
        self._upload, self._number, self._rest, self._size = upload, 0, b"", 0
        path = path_of(upload)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file: BinaryIO = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")

    @property
    def size_bytes(self) -> int:
        return self._size

    def write(self, data: bytes) -> None:
        self._size += len(data)
        self._rest += data
        # The last piece is told apart, so one is always held back.
        while len(self._rest) > PIECE_BYTES:
            self._put(self._rest[:PIECE_BYTES], is_last=False)
            self._rest = self._rest[PIECE_BYTES:]

    def close(self) -> None:
        self._put(self._rest, is_last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        self._file.close()
        forget(self._upload)

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        sealed = keys.keyring().seal(piece, context=_context(self._upload, self._number, is_last=is_last))
        self._file.write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
        self._number += 1


def append(upload: UUID, *, offset: int, data: bytes, is_last: bool) -> None:
    """Write on behind the first `offset` plain bytes; whatever lies beyond them, of a write that was cut off, goes.

    The offset is a whole number of pieces, and so is the data unless it `is_last`. Raises: FileDamaged where there is
    less than the offset says.
    """
    path = path_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
        _skip(upload, file, offset // PIECE_BYTES)
        file.truncate()
        for start in range(0, len(data), PIECE_BYTES):
            ends_here = is_last and start + PIECE_BYTES >= len(data)
            context = _context(upload, (offset + start) // PIECE_BYTES, is_last=ends_here)
            sealed = keys.keyring().seal(data[start : start + PIECE_BYTES], context=context)
            file.write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
        file.flush()
        os.fsync(file.fileno())


def pieces(upload: UUID) -> Iterator[bytes]:
    """Give the plain bytes again. Raises: FileDamaged."""
    try:
        with path_of(upload).open("rb") as file:
            yield from _opened(upload, file)
    except (OSError, KeyringError) as damage:
        raise FileDamaged(str(upload)) from damage


def copy(upload: UUID, to: UUID) -> None:
    """Seal a file once more under another id, piece by piece. Raises: FileDamaged."""
    file = SealedFile(to)
    try:
        for piece in pieces(upload):
            file.write(piece)
        file.close()
    except BaseException:
        file.abandon()
        raise


def forget(upload: UUID) -> None:
    path_of(upload).unlink(missing_ok=True)


def _skip(upload: UUID, file: BinaryIO, count: int) -> None:
    whole = os.fstat(file.fileno()).st_size
    for _number in range(count):
        length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
        if not length or file.seek(length, os.SEEK_CUR) > whole:
            raise FileDamaged(str(upload))


def _opened(upload: UUID, file: BinaryIO) -> Iterator[bytes]:
    number, length = 0, file.read(_LENGTH_BYTES)
    while length:
        sealed = file.read(int.from_bytes(length, "big"))
        length = file.read(_LENGTH_BYTES)
        yield keys.keyring().open(sealed, context=_context(upload, number, is_last=not length))
        number += 1


def _context(upload: UUID, number: int, *, is_last: bool) -> str:
    return f"form-file:{upload}:{number}:{'last' if is_last else 'more'}"
