"""One column of many rows: its values as stored, and which cells can't be any."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange.arrays import Flags
from haihe.data.exchange.cells import CellFault, CellParser, parser_for
from haihe.data.exchange.patterns import Pattern
from haihe.data.exchange.rules import Column, Kind, Personal, RowSeverity
from haihe.data.exchange.setwise.days import sure_dates
from haihe.data.exchange.setwise.identifiers import sure_credit_codes, sure_id_numbers
from haihe.data.exchange.setwise.stored import stored, stored_type
from haihe.data.exchange.setwise.texts import sure_decimals, sure_integers, sure_texts, with_plain_signs

_HUNDREDTHS = 100
_SAMPLE = 2000
_FEW = 0.4
_ALWAYS_REPEATING = (Kind.CODE, Kind.DIVISION, Kind.DATE)
_NEVER_REPEATING = (Kind.ID_NUMBER, Kind.CREDIT_CODE)

type Sure = Callable[[pa.StringArray], tuple[Flags, pa.Array]]


@dataclass(frozen=True, slots=True)
class Judged:
    """`values` are null where a cell is empty or faulty; `faulty` is None where no cell is."""

    values: pa.Array
    faulty: Flags | None


def repeats(column: Column, sample: pa.StringArray) -> bool:
    """Say whether a column's values repeat so much that each distinct one is better looked at once."""
    if column.kind in _ALWAYS_REPEATING:
        return True
    head = sample.slice(0, _SAMPLE)
    return column.kind not in _NEVER_REPEATING and len(head.unique()) <= _FEW * len(head)


class ColumnJudge:
    """Judges the cells of one column. Texts whose values repeat come as a dictionary."""

    def __init__(self, column: Column, *, repeating: bool) -> None:
        self.column = column
        self._repeating = repeating
        self._parse = parser_for(column)
        self._sure = _sure_of(column)
        self.type = stored_type(column)
        if repeating and self.type == pa.string():
            self.type = pa.dictionary(pa.int32(), pa.string())

    def judge(self, cells: pa.StringArray) -> Judged:
        if not self._repeating:
            return self._each(cells)
        encoded = cells.dictionary_encode()
        distinct = self._each(encoded.dictionary)
        faulty = None if distinct.faulty is None else distinct.faulty[encoded.indices.to_numpy()]
        return Judged(self._spread(encoded.indices, distinct.values), faulty)

    def absent(self, count: int) -> Judged:
        """Return the values of an optional column that the source doesn't have."""
        return Judged(pa.nulls(count, self.type), None)

    def stored(self, values: list[str | None]) -> pa.Array:
        """Return values that the parser of cells gave, typed as this column is."""
        texts = stored(values, self.column)
        return texts.dictionary_encode() if pa.types.is_dictionary(self.type) else texts

    def _spread(self, places: pa.Int32Array, values: pa.Array) -> pa.Array:
        if not pa.types.is_dictionary(self.type):
            return values.take(places)
        if values.null_count or len(values.unique()) != len(values):
            return values.take(places).dictionary_encode()
        return pa.DictionaryArray.from_arrays(places, values)

    def _each(self, cells: pa.StringArray) -> Judged:
        sure, values = self._sure(cells)
        if sure.all():
            return Judged(values, None)
        doubtful = pa.array(~sure)
        encoded = cells.filter(doubtful).dictionary_encode()
        read = [_read(self._parse, text) for text in encoded.dictionary.to_pylist()]
        found = stored([None if isinstance(value, CellFault) else value for value in read], self.column)
        faults = np.array([isinstance(value, CellFault) for value in read], np.bool_)
        replaced = pc.replace_with_mask(values, doubtful, found.take(encoded.indices))
        if not faults.any():
            return Judged(replaced, None)
        faulty = np.zeros(len(cells), np.bool_)
        faulty[~sure] = faults[encoded.indices.to_numpy()]
        return Judged(replaced, faulty)


def _read(parse: CellParser, text: str) -> str | CellFault | None:
    try:
        return parse(text)
    except CellFault as fault:
        return fault


def _sure_of(column: Column) -> Sure:
    """Return what tells a column's cells that are good beyond doubt, its pattern included."""
    read = _read_surely(column)
    if not column.pattern or column.severity is RowSeverity.WARN:
        return read
    pattern = Pattern(column.pattern)

    def sure(cells: pa.StringArray) -> tuple[Flags, pa.Array]:
        flags, values = read(cells)
        return flags & pattern.matching(values), values

    return sure


def _read_surely(column: Column) -> Sure:
    """Return what tells a column's cells that are good beyond doubt; nothing does where their form varies."""
    if column.kind is Kind.TEXT:
        return partial(_texts, max_length=column.max_length)
    if column.kind is Kind.DATE:
        return partial(_dates, column=column)
    if column.kind is Kind.ID_NUMBER:
        return lambda cells: (sure_id_numbers(cells), cells)
    if column.kind is Kind.CREDIT_CODE:
        return lambda cells: (sure_credit_codes(cells), cells)
    if column.personal is Personal.NONE and column.kind in (Kind.INTEGER, Kind.DECIMAL):
        return _numbers(column)
    kept = stored_type(column)
    return lambda cells: (np.zeros(len(cells), np.bool_), pa.nulls(len(cells), kept))


def _texts(cells: pa.StringArray, max_length: int) -> tuple[Flags, pa.Array]:
    sure = sure_texts(cells, max_length)
    if sure.all():
        return sure, cells
    doubtful = ~sure
    folded = with_plain_signs(cells.filter(pa.array(doubtful)))
    sure[doubtful] = sure_texts(folded, max_length)
    return sure, pc.replace_with_mask(cells, pa.array(doubtful), folded)


def _dates(cells: pa.StringArray, column: Column) -> tuple[Flags, pa.Array]:
    sure = sure_dates(cells)
    return sure, stored(cells if sure.all() else pc.if_else(pa.array(sure), cells, None), column)


def _numbers(column: Column) -> Sure:
    plain = sure_integers if column.kind is Kind.INTEGER else sure_decimals
    bounds = [
        (compare, _bound(value, rounded, column))
        for compare, value, rounded in (
            (pc.greater_equal, column.low, math.ceil),
            (pc.less_equal, column.high, math.floor),
        )
        if value is not None
    ]

    def sure(cells: pa.StringArray) -> tuple[Flags, pa.Array]:
        flags = plain(cells)
        values = stored(cells if flags.all() else pc.if_else(pa.array(flags), cells, None), column)
        for compare, bound in bounds:
            within = pc.fill_null(compare(values, bound), False)
            flags = flags & within.to_numpy(zero_copy_only=False)
        return flags, values

    return sure


def _bound(value: float, rounded: Callable[[Fraction], int], column: Column) -> pa.Scalar:
    """Return the last value that keeps a bound, as exactly as it is stored."""
    if column.kind is Kind.INTEGER:
        return pa.scalar(rounded(Fraction(value)), pa.int64())
    return pa.scalar(Decimal(rounded(Fraction(value) * _HUNDREDTHS)) / _HUNDREDTHS, pa.decimal128(17, 2))
