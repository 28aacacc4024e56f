"""The digest of a table's rows in whatever order a target gives them back: the sum of the rows' own hashes.

It tells a copy that differs by accident. Against somebody who wants to deceive stands the receipt's signature.
"""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from haihe.data.exchange.delivery.ports import Row

_MODULUS = 1 << 256
written = msgspec.json.Encoder().encode
"""A row as it is hashed: a JSON array without blanks, in UTF-8."""


class RowsDigest:
    """Counts rows and sums their hashes; goes on from what a table had before, rows taken off it as well."""

    def __init__(self, rows: int = 0, value: str = "0") -> None:
        self.rows = rows
        self._sum = int(value, 16)

    def add(self, rows: Iterable[Row]) -> None:
        self._change(rows, 1)

    def take(self, rows: Iterable[Row]) -> None:
        """Take rows off that were there."""
        self._change(rows, -1)

    def _change(self, rows: Iterable[Row], sign: int) -> None:
        for row in rows:
            self._sum += sign * int.from_bytes(sha256(written(row)).digest(), "big")
            self.rows += sign
        self._sum %= _MODULUS

    @property
    def value(self) -> str:
        return f"{self._sum:064x}"
