"""The digest of a table's rows in whatever order a target gives them back: the sum of the rows' own hashes.

It tells a copy that differs by accident. Against somebody who wants to deceive stands the receipt's signature.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import batched, pairwise

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange.delivery.ports import Row, rows_of

_MODULUS = 1 << 256
_AT_ONCE = 20_000
_ESCAPED = r'["\\\x00-\x1f]'
_QUOTE, _COMMA, _BEGIN, _END, _NOTHING = (pa.scalar(each, pa.large_string()) for each in ('"', ",", "[", "]", ""))
written = msgspec.json.Encoder().encode
"""A row as it is hashed: a JSON array without blanks, in UTF-8."""


class RowsDigest:
    """Counts rows and sums their hashes; goes on from what a table had before, rows taken off it as well."""

    def __init__(self, rows: int = 0, value: str = "0") -> None:
        self.rows = rows
        self._sum = int(value, 16)

    def add(self, rows: Iterable[Row]) -> None:
        self._change(map(written, rows), 1)

    def add_batch(self, batch: pa.RecordBatch) -> None:
        self._change(all_written(batch), 1)

    def take_batch(self, batch: pa.RecordBatch) -> None:
        """Take rows off that were there."""
        self._change(all_written(batch), -1)

    def _change(self, rows: Iterable[bytes | memoryview], sign: int) -> None:
        for part in batched(rows, _AT_ONCE, strict=False):
            self._sum += sign * _sum_of([sha256(row).digest() for row in part])
            self.rows += sign * len(part)
        self._sum %= _MODULUS

    @property
    def value(self) -> str:
        return f"{self._sum:064x}"


def all_written(batch: pa.RecordBatch) -> Iterator[bytes | memoryview]:
    """Return each row of a batch of text as it is hashed.

    Columns are put together as wholes; only where something must be escaped row by row.
    """
    columns = [pc.cast(column, pa.large_string()) for column in batch.columns]
    if not columns or not batch.num_rows or any(_has_escaped(column) for column in columns):
        yield from map(written, rows_of(batch))
        return
    quoted = [pc.binary_join_element_wise(_QUOTE, column, _QUOTE, _NOTHING) for column in columns]
    cells = pc.binary_join_element_wise(*quoted, _COMMA, null_handling="replace", null_replacement="null")
    joined = pc.binary_join_element_wise(_BEGIN, cells, _END, _NOTHING)
    _, offsets, content = joined.buffers()
    # The offsets are of this array's own buffers: it was just made, and begins with them.
    text = memoryview(content)
    for start, end in pairwise(np.frombuffer(offsets, np.int64, len(joined) + 1).tolist()):
        yield text[start:end]


def _has_escaped(column: pa.Array) -> bool:
    return bool(pc.any(pc.match_substring_regex(column, _ESCAPED)).as_py())


def _sum_of(digests: list[bytes]) -> int:
    """Return the sum of numbers of 256 bits each: their eighths are summed side by side."""
    eighths = np.frombuffer(b"".join(digests), ">u4").reshape(-1, 8).sum(axis=0, dtype=np.uint64)
    return sum(int(each) << (32 * (7 - place)) for place, each in enumerate(eighths))
