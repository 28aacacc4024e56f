"""What came as messages and isn't published yet: sealed, and on the disk before a broker is told that it came.

A message that was acknowledged is nowhere else any more. So each fetch hands over all that waits here, and what was
published goes: a run that is refused or fails loses nothing, the next one brings its rows again, in their order.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from haihe.data.exchange.connectors.objects import Fields
from haihe.data.exchange.connectors.ports import Memory

_PREFIX: Final = "messages-"
_PIECE_ROWS: Final = 5000
_LENGTH_BYTES: Final = 8


class Journal:
    """The rows after the part `done`, which is published. Each fetch writes parts of its own behind them."""

    def __init__(self, memory: Memory, done: int) -> None:
        self._memory = memory
        for part in self._parts():
            if part <= done:
                self._file(part).unlink()
        self.through = max(self._parts(), default=done)

    def append(self, rows: Sequence[Fields]) -> None:
        """Return once the rows outlive a crash."""
        if not rows:
            return
        part = self.through + 1
        with self._file(part).open("xb") as file:
            for place in range(0, len(rows), _PIECE_ROWS):
                sealed = self._memory.seal(msgspec.json.encode(rows[place : place + _PIECE_ROWS]))
                file.write(len(sealed).to_bytes(_LENGTH_BYTES) + sealed)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self._memory.folder)
        self.through = part

    @property
    def is_empty(self) -> bool:
        return not self._parts()

    def batches(self) -> Iterator[list[Fields]]:
        """Give the rows in the order in which they came."""
        for part in sorted(self._parts()):
            yield from self._read(part)

    def _read(self, part: int) -> Iterator[list[Fields]]:
        with self._file(part).open("rb") as file:
            while len(head := file.read(_LENGTH_BYTES)) == _LENGTH_BYTES:
                sealed = file.read(int.from_bytes(head))
                if len(sealed) < int.from_bytes(head):
                    return  # Cut off while it was written: nobody was told that it came, so it comes again.
                yield msgspec.json.decode(self._memory.open(sealed), type=list[Fields])

    def _parts(self) -> list[int]:
        return [int(file.name.removeprefix(_PREFIX)) for file in self._memory.folder.glob(f"{_PREFIX}*")]

    def _file(self, part: int) -> Path:
        return self._memory.folder / f"{_PREFIX}{part:012}"


def _sync_folder(folder: Path) -> None:
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
