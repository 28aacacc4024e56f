"""Dates in digits, many at once."""

from functools import cache

import numpy as np
import pyarrow as pa

from haihe.data.exchange.arrays import Bytes, Flags, lengths_of, parts_of
from haihe.data.exchange.cells import YEARS

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP_DAY = 229
_LENGTH = len("2026-03-01")
_DIGITS, _HYPHENS = (0, 1, 2, 3, 5, 6, 8, 9), (4, 7)
_ZERO, _HYPHEN = ord("0"), ord("-")


def sure_dates(column: pa.StringArray) -> Flags:
    """Return which cells are dates in ISO form, of a year that is taken."""
    flags = lengths_of(column) == _LENGTH
    chosen = column if flags.all() else column.filter(pa.array(flags))
    places, data = parts_of(chosen)
    signs = np.ascontiguousarray(data[places[0] : places[-1]].reshape(-1, _LENGTH).T)
    digits = signs[list(_DIGITS)] - _ZERO
    right = (digits <= 9).all(axis=0) & (signs[list(_HYPHENS)] == _HYPHEN).all(axis=0)
    flags[flags] = right & days_that_are(digits, YEARS.start, YEARS.stop - 1)
    return np.asarray(flags)


def days_that_are(digits: Bytes, first_year: int, last_year: int = 9999) -> Flags:
    """Say which columns of eight digits are days of the calendar, from one year to another."""
    wide = digits.astype(np.int16)
    year = wide[0] * 1000 + wide[1] * 100 + wide[2] * 10 + wide[3]
    day = (wide[4] * 1000 + wide[5] * 100 + wide[6] * 10 + wide[7]) % 10_000
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    within = (year >= first_year) & (year <= last_year)
    return np.asarray(within & (_usual_days()[day] | (leap & (day == _LEAP_DAY))))


@cache
def _usual_days() -> Flags:
    flags = np.zeros(10_000, np.bool_)
    for month, last in enumerate(_DAYS, start=1):
        flags[month * 100 + 1 : month * 100 + last + 1] = True
    return flags
