"""Texts and numbers that are stored as they stand beyond doubt, a column at a time."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange.arrays import Bytes, Flags, cells_with, first_bytes_of, lengths_of, parts_of

# The longest mark for nothing in ASCII or of one Chinese character; a text that short may be one.
_LONGEST_MARK_BYTES = 4
_SPACE, _DELETE = 0x20, 0x7F
# First bytes of characters from U+4000 to U+9FFF: ideographs, which no folding changes. Continuation bytes lie below.
_FIRST_LEAD, _LAST_PLAIN_LEAD, _FIRST_PLAIN_LEAD = 0xC0, 0xE9, 0xE4
_WIDE_SIGNS = (("（", "("), ("）", ")"), ("，", ","), ("：", ":"))
_UNSAFE_STARTS = b"=+-@'"
_INTEGER = r"^-?[0-9]{1,14}$"
_DECIMAL = r"^-?[0-9]{1,11}(\.[0-9]{1,2})?$"


def sure_texts(column: pa.StringArray, max_length: int) -> Flags:
    """Return which cells hold only letters, digits, signs and ideographs, and are no mark, formula or too long."""
    lengths = lengths_of(column)
    # As many characters at most as bytes.
    sure = (lengths > _LONGEST_MARK_BYTES) & (lengths <= max_length)
    first = first_bytes_of(column)
    for sign in _UNSAFE_STARTS:
        sure &= first != sign
    places, data = parts_of(column)
    return sure & ~cells_with(column, _folded(data[places[0] : places[-1]]))


def with_plain_signs(column: pa.StringArray) -> pa.StringArray:
    """Return the cells with the full-width signs that names and addresses are full of as folding leaves them."""
    for wide, plain in _WIDE_SIGNS:
        column = pc.replace_substring(column, wide, plain)
    return column


def _folded(data: Bytes) -> Flags:
    """Return the bytes of white space, of control characters, and of characters that folding may change."""
    folded = (data <= _SPACE) | (data == _DELETE) | (data > _LAST_PLAIN_LEAD)
    folded |= (data >= _FIRST_LEAD) & (data < _FIRST_PLAIN_LEAD)
    return np.asarray(folded)


def sure_integers(column: pa.StringArray) -> Flags:
    """Return which cells are whole numbers in plain digits."""
    return _matching(column, _INTEGER)


def sure_decimals(column: pa.StringArray) -> Flags:
    """Return which cells are plain numbers with at most two decimals."""
    return _matching(column, _DECIMAL)


def _matching(column: pa.StringArray, pattern: str) -> Flags:
    return np.asarray(pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False))
