"""Do to columns what was decided: on whole columns at once, never row by row."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.open.columns import NUMBERS, OpenColumn
from haihe.data.open.models import MaskDecision, MaskMethod

_BAND: Final = 10
_DOOR: Final = r"(?s)^(.*?(?:街道|镇|乡|路|街|大道|道|村|里|园)).*$"
_PLACE_DIGITS: Final = 2
"""Of degrees: about a kilometre at Tianjin."""


@dataclass(frozen=True, slots=True)
class Mask:
    """What is done with one column, and why; both languages."""

    column: str
    method: str
    reason: str
    reason_en: str = ""
    title: str = ""
    title_en: str = ""

    @classmethod
    def of(cls, decision: MaskDecision, column: OpenColumn | None) -> "Mask":
        title, title_en = (column.title, column.title_en) if column else (decision.column, "")
        return cls(decision.column, decision.method, decision.reason, decision.reason_en, title, title_en)


def masked(table: pa.Table, masks: Iterable[Mask], *, least_group: int) -> pa.Table:
    """Return the table with every mask applied; a mask of a column that isn't there is nothing."""
    for mask in masks:
        if mask.column not in table.schema.names or mask.method == MaskMethod.KEEP:
            continue
        if mask.method == MaskMethod.DROP:
            table = table.drop_columns([mask.column])
            continue
        place = table.schema.get_field_index(mask.column)
        table = table.set_column(place, mask.column, _METHODS[mask.method](table[mask.column], least_group))
    return table


def columns_after(columns: Iterable[OpenColumn], masks: Iterable[Mask]) -> tuple[OpenColumn, ...]:
    """Return the columns as they are open after the masks: dropped ones gone, masked ones no longer personal."""
    by_column = {mask.column: mask.method for mask in masks}
    return tuple(
        _after(column, by_column[column.name]) if column.name in by_column else column
        for column in columns
        if by_column.get(column.name) != MaskMethod.DROP
    )


def usable(method: str, column: OpenColumn) -> bool:
    """True where the method can be applied to such a column."""
    match method:
        case MaskMethod.BAND | MaskMethod.SUPPRESS_SMALL:
            return column.kind in NUMBERS
        case MaskMethod.YEAR:
            return column.kind in ("date", "datetime")
        case MaskMethod.COARSE_PLACE:
            return column.kind in ("text", "longitude", "latitude")
        case MaskMethod.HIDE | MaskMethod.PARTIAL:
            return column.kind == "text"
        case _:
            return True


def _after(column: OpenColumn, method: str) -> OpenColumn:
    kind = "text" if method in (MaskMethod.BAND, MaskMethod.YEAR, MaskMethod.HIDE) else column.kind
    # Who suppresses small counts leaves all others as they are.
    is_masked = method not in (MaskMethod.KEEP, MaskMethod.SUPPRESS_SMALL)
    sensitivity = "PUBLIC" if is_masked else column.sensitivity
    return msgspec.structs.replace(column, kind=kind, sensitivity=sensitivity)


def _hide(values: pa.ChunkedArray, _least: int) -> Any:
    return pc.if_else(pc.is_valid(values), "***", None)


def _partial(values: pa.ChunkedArray, _least: int) -> Any:
    text = values.cast(pa.string())
    many = pc.replace_substring_regex(text, r"(?s)^(.).*(.)$", r"\1***\2")
    few = pc.if_else(pc.is_valid(text), "**", None)
    return pc.if_else(pc.greater_equal(pc.utf8_length(text), 4), many, few)


def _year(values: pa.ChunkedArray, _least: int) -> Any:
    return pc.year(values).cast(pa.string())


def _band(values: pa.ChunkedArray, _least: int) -> Any:
    low = pc.multiply(pc.floor(pc.divide(values.cast(pa.float64()), _BAND)), _BAND).cast(pa.int64())
    high = pc.add(low, _BAND - 1).cast(pa.string())
    return pc.binary_join_element_wise(low.cast(pa.string()), high, "–")


def _coarse(values: pa.ChunkedArray, _least: int) -> Any:
    if pa.types.is_string(values.type):
        coarse = pc.replace_substring_regex(values, _DOOR, r"\1")
        return pc.if_else(pc.equal(coarse, values), pc.utf8_slice_codeunits(values, 0, 6), coarse)
    return pc.round(values.cast(pa.float64()), _PLACE_DIGITS)


def _suppress(values: pa.ChunkedArray, least: int) -> Any:
    small = pc.and_(pc.greater(values, 0), pc.less(values, least))
    return pc.if_else(small, pa.scalar(None, values.type), values)


_METHODS: Final[Mapping[str, Callable[[pa.ChunkedArray, int], Any]]] = {
    MaskMethod.HIDE: _hide,
    MaskMethod.PARTIAL: _partial,
    MaskMethod.YEAR: _year,
    MaskMethod.BAND: _band,
    MaskMethod.COARSE_PLACE: _coarse,
    MaskMethod.SUPPRESS_SMALL: _suppress,
}
