"""The digest of a table's rows in whatever order a target gives them back: the sum of the rows' own hashes.

It tells a copy that differs by accident. Against somebody who wants to deceive stands the receipt's signature.
"""

import hashlib
import json
from collections.abc import Iterable

from haihe.data.exchange.delivery.ports import Row

_MODULUS = 1 << 256


class RowsDigest:
    """Counts rows and sums their hashes."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            written = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
            self._sum += int.from_bytes(hashlib.sha256(written).digest(), "big")
            self.rows += 1
        self._sum %= _MODULUS

    @property
    def value(self) -> str:
        return f"{self._sum:064x}"
