"""Identity numbers and credit codes that are right beyond doubt, a column at a time.

"Beyond doubt" is narrower than right: 18 plain characters in their stored form. Others (small x, spaces, full-width
digits, numbers beginning with 9) are for the parsers of `kernel.identifiers` to read, which decide alike.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from haihe.data.exchange.arrays import Bytes, Flags, lengths_of, parts_of
from haihe.data.exchange.setwise.days import days_that_are
from haihe.kernel.identifiers import EARLIEST_BIRTH_YEAR, PROVINCES

_LENGTH = 18
_ZERO = ord("0")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_CREDIT_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_NO_DIGIT = 255

type _Judge = Callable[[Bytes], Flags]


def sure_id_numbers(column: pa.StringArray) -> Flags:
    """Return which cells are identity numbers in their stored form."""
    return _of_18(column, _id_numbers)


def sure_credit_codes(column: pa.StringArray) -> Flags:
    """Return which cells are unified social credit codes in their stored form."""
    return _of_18(column, _credit_codes)


def _of_18(column: pa.StringArray, judge: _Judge) -> Flags:
    flags = lengths_of(column) == _LENGTH
    chosen = column if flags.all() else column.filter(pa.array(flags))
    places, data = parts_of(chosen)
    # One row per place of the number, so that each step reads its bytes side by side.
    signs = np.ascontiguousarray(data[places[0] : places[-1]].reshape(-1, _LENGTH).T)
    flags[flags] = judge(signs)
    return np.asarray(flags)


def _id_numbers(signs: Bytes) -> Flags:
    digits = signs[:17] - _ZERO
    right = (digits <= 9).all(axis=0)
    right &= _provinces()[(digits[0] * 10 + digits[1]) % 100]
    right &= days_that_are(digits[6:14], EARLIEST_BIRTH_YEAR)
    total = _weighed(digits, _ID_WEIGHTS)
    right &= _ID_CHECKS[total % 11] == signs[17]
    return right


def _credit_codes(signs: Bytes) -> Flags:
    digits = _credit_digits()[signs]
    right = (digits != _NO_DIGIT).all(axis=0)
    right &= (digits[2:8] <= 9).all(axis=0)
    total = _weighed(digits, _CREDIT_WEIGHTS)
    right &= (31 - total % 31) % 31 == digits[17]
    return np.asarray(right)


def _weighed(digits: Bytes, weights: tuple[int, ...]) -> npt.NDArray[np.uint16]:
    """Return the weighed sum of each number. Its greatest, 17 times 255 times 30, may overflow: then it isn't right."""
    total = np.zeros(digits.shape[1], np.uint16)
    for place, weight in enumerate(weights):
        total += digits[place].astype(np.uint16) * np.uint16(weight)
    return total


@cache
def _provinces() -> Flags:
    flags = np.zeros(100, np.bool_)
    # Numbers that begin with 9 have the province elsewhere.
    flags[[int(code) for code in PROVINCES if not code.startswith("9")]] = True
    return flags


@cache
def _credit_digits() -> Bytes:
    digits = np.full(256, _NO_DIGIT, np.uint8)
    digits[list(_CREDIT_ALPHABET)] = range(len(_CREDIT_ALPHABET))
    return digits
