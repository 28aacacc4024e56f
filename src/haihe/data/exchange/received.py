"""The received file, kept sealed until its run has ended: it is full of identity numbers.

A sequence of frames, each a length and a sealed piece; a piece's context holds its number and the last frame says that
it is the last, so pieces can't be swapped, dropped or cut off unnoticed.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

from haihe.data.exchange.ports import OpenSource
from haihe.kernel.keyring import Keyring, KeyringError

PIECE_BYTES = 1024 * 1024
_LENGTH_BYTES = 4


class TooLarge(Exception):
    """The content is larger than allowed; what was written of it is gone."""


@dataclass(frozen=True, slots=True)
class Received:
    sha256: str
    size_bytes: int


def write_sealed(content: IO[bytes], file: Path, *, keyring: Keyring, context: str, most_bytes: int) -> Received:
    """Copy the content into a sealed file. Raises: TooLarge."""
    digest = hashlib.sha256()
    size = 0
    with file.open("wb") as target:
        for number in count():
            piece = content.read(PIECE_BYTES)
            _write_frame(target, keyring.seal(piece, context=f"{context}:{number}:{'more' if piece else 'end'}"))
            digest.update(piece)
            size += len(piece)
            if not piece or size > most_bytes:
                break
    if size > most_bytes:
        file.unlink()
        raise TooLarge
    return Received(digest.hexdigest(), size)


def open_sealed(file: Path, *, keyring: Keyring, context: str) -> OpenSource:
    """Return the file as a source; reading it raises KeyringError where it isn't what was written."""

    def pieces() -> Iterator[bytes]:
        with file.open("rb") as content:
            for number in count():
                frame = _read_frame(content)
                if frame is None:
                    raise KeyringError("the received file is cut off")
                opened, last = _open_frame(keyring, frame, f"{context}:{number}")
                if last:
                    return
                yield opened

    return pieces


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
