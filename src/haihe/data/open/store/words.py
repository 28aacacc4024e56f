"""An index for full text: which pairs of letters stand in which blocks of rows, so that few need a look.

Each block of rows has a row of bits; a pair of neighbouring letters sets the bit of its number, a letter alone that
of its own. A word can only stand where the bits of all its pairs are set; two pairs may share a number, so what is
found is looked at again: the index leaves blocks out and is never the answer. Every word has pairs, or is one letter.
In front of the bits stands how many rows a block has.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from haihe.data.open.store.trouble import StoreDamaged

WORDS = "words.bits"
BLOCK_ROWS = 2_048
_NUMBERS = 1 << 17
_SEGMENT = 256
"""So many blocks stand together: their bits of one number lie side by side, and are read at once."""
_LEAST_BLOCKS = 32
"""Below it, to look at every row takes a few milliseconds."""
_HEAD = 8
type Blocks = NDArray[np.bool_]


class WordsWriter:
    """Takes the folded texts of all rows in their order, whole blocks at a time. Use as a context manager."""

    def __init__(self, file: Path, block_rows: int) -> None:
        self._file: BinaryIO = file.open("wb")
        self._file.write(block_rows.to_bytes(_HEAD, "little"))
        self._block_rows = block_rows
        self._bits = np.zeros((_SEGMENT, _NUMBERS), np.bool_)
        self._filled = 0

    def __enter__(self) -> "WordsWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, texts: Sequence[str]) -> None:
        for start in range(0, len(texts), self._block_rows):
            if self._filled == _SEGMENT:
                self._write()
            _set(self._bits[self._filled], "\n".join(texts[start : start + self._block_rows]))
            self._filled += 1

    def finish(self) -> None:
        if self._filled:
            self._write()

    def _write(self) -> None:
        packed = np.packbits(self._bits[: self._filled], axis=0, bitorder="little")
        self._file.write(np.ascontiguousarray(packed.T).tobytes())
        self._bits[:] = False
        self._filled = 0


class WordsFile:
    """May be used by any number of threads."""

    def __init__(self, file: Path, rows: int) -> None:
        """Raises: StoreDamaged."""
        bits = np.memmap(file, np.uint8, mode="r")
        self.block_rows = int.from_bytes(bits[:_HEAD].tobytes(), "little")
        self._blocks = -(-rows // self.block_rows) if self.block_rows else 0
        if len(bits) != _HEAD + _bytes_of(self._blocks) or not self.block_rows:
            raise StoreDamaged(f"{file} doesn't belong to {rows} rows")
        self._segments: list[NDArray[np.uint8]] = []
        for start in range(0, self._blocks, _SEGMENT):
            width = -(-min(_SEGMENT, self._blocks - start) // 8)
            from_byte = _HEAD + start // 8 * _NUMBERS
            self._segments.append(bits[from_byte : from_byte + width * _NUMBERS].reshape(_NUMBERS, width))

    def blocks_with(self, words: Sequence[str]) -> Blocks:
        """Return for each block whether a row of it may hold all these words, folded as the texts were."""
        numbers = np.unique(np.concatenate([_numbers_of(word) for word in words]))
        parts = [np.bitwise_and.reduce(segment[numbers], axis=0) for segment in self._segments]
        return np.unpackbits(np.concatenate(parts), bitorder="little")[: self._blocks].astype(np.bool_)


def is_worth_it(rows: int, block_rows: int) -> bool:
    return rows >= _LEAST_BLOCKS * block_rows


def _bytes_of(blocks: int) -> int:
    whole, rest = divmod(blocks, _SEGMENT)
    return (whole * _SEGMENT // 8 + -(-rest // 8)) * _NUMBERS


def _numbers_of(word: str) -> NDArray[np.uint32]:
    signs = _signs(word)
    return _of_pairs(signs) if len(signs) > 1 else _of_one(signs)


def _set(bits: Blocks, text: str) -> None:
    signs = _signs(text)
    bits[_of_one(signs)] = True
    bits[_of_pairs(signs)] = True


def _signs(text: str) -> NDArray[np.uint32]:
    # A lone half of a sign can't come in by Arrow, nor by an address.
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _of_one(signs: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return _shortened(signs * np.uint32(0x9E3779B1))


def _of_pairs(signs: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return _shortened((signs[:-1] * np.uint32(0x85EBCA6B)) ^ (signs[1:] * np.uint32(0xC2B2AE35)))


def _shortened(numbers: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return whole numbers below `_NUMBERS`, from their upper half, in which all of them meet."""
    return (numbers >> np.uint32(15)) & np.uint32(_NUMBERS - 1)
