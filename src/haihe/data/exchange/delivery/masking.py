"""The masks of whole columns: what kernel/mask_rules does value by value, for many at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from haihe.kernel.mask_rules import BUCKET, Unmaskable, compile_mask

_DIGITS = 17
"""So many digits may an amount have before its point; steps of it fit into 64 bits."""


class ColumnMask:
    """One field's mask, by its owner's rule."""

    def __init__(self, rule: Mapping[str, Any]) -> None:
        """Raises: MaskError."""
        self._mask = compile_mask(rule)
        self._step: int | None = rule["step"] if rule["mask"] == BUCKET else None

    def shown(self, column: pa.Array) -> pa.StringArray:
        """Return the column as it leaves: text, or nothing where the mask isn't made for the value."""
        if self._step is not None and _is_amount(column.type):
            return _bucketed(column, self._step)
        # Each value once, however often it stands there.
        encoded = column.dictionary_encode()
        values = pa.array([self._shown(value) for value in encoded.dictionary.to_pylist()], pa.string())
        return values.take(encoded.indices)

    def _shown(self, value: object) -> str | None:
        if value is None:
            return None
        if isinstance(value, date | Decimal):
            value = value.isoformat() if isinstance(value, date) else f"{value:.2f}"
        try:
            return str(self._mask(value))  # type: ignore[arg-type]  # text or whole number, by the types of a snapshot
        except Unmaskable:
            return None


def _is_amount(kind: pa.DataType) -> bool:
    """Whether it is a decimal that is written as it is: with two places at most, and not too long for a bucket."""
    return bool(pa.types.is_decimal(kind)) and 0 <= kind.scale <= 2 and kind.precision - kind.scale <= _DIGITS


def _bucketed(column: pa.Array, step: int) -> pa.StringArray:
    whole = pc.cast(pc.floor(column), pa.int64())
    whole = pc.if_else(pc.greater_equal(whole, 0), whole, pa.scalar(None, pa.int64()))
    low = pc.multiply(pc.divide(whole, step), step)
    return pc.binary_join_element_wise(pc.cast(low, pa.string()), pc.cast(pc.add(low, step), pa.string()), "..")
