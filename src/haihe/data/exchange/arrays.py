"""Columns of text as the bytes they are, so that many cells can be looked at in one step."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

type Bytes = npt.NDArray[np.uint8]
type Places = npt.NDArray[np.signedinteger[Any]]
type Flags = npt.NDArray[np.bool_]


def whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def parts_of(column: pa.StringArray) -> tuple[Places, Bytes]:
    """Return where each cell begins, the end of the last one behind, and the bytes of all of them."""
    _, offsets, data = column.buffers()
    if not len(column):
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return places, np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)


def lengths_of(column: pa.StringArray) -> Places:
    """Return how many bytes each cell has."""
    return np.diff(parts_of(column)[0])


def first_bytes_of(column: pa.StringArray, skip: int = 0) -> Bytes:
    """Return the byte of each cell after `skip` others; of shorter cells it may be any."""
    places, data = parts_of(column)
    if not len(data):
        return np.zeros(len(column), np.uint8)
    return data[np.minimum(places[:-1] + skip, len(data) - 1)]


def cells_with(column: pa.StringArray, found: Flags) -> Flags:
    """Return which cells hold a byte that is flagged; the flags begin with the first cell's first byte."""
    places, _ = parts_of(column)
    flags = np.zeros(len(column), np.bool_)
    if found.any():
        flags[np.searchsorted(places, np.flatnonzero(found) + places[0], side="right") - 1] = True
    return flags


def check_utf8(text: bytes) -> None:
    """Prove in one step that bytes are UTF-8. Raises: ArrowInvalid."""
    ends = pa.py_buffer(np.array([0, len(text)], np.int32))
    pa.StringArray.from_buffers(1, ends, pa.py_buffer(text)).validate(full=True)
