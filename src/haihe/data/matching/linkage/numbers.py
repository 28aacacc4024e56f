"""Dates of birth and telephone numbers as they are compared: digits only, or nothing."""

import re
import unicodedata
from datetime import date
from typing import Final

_PARTS: Final = re.compile(r"([12]\d{3})\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})\D{0,3}(?:00:00(?::00)?)?")
_UNKNOWN: Final = frozenset({"19000101", "99991231", "19700101"})
"""What systems write where they know nothing. Whoever was born that day is found by the rest."""
_MOBILE, _LANDLINE = 11, 7
USUAL_PHONE: Final = r"^1[3-9]\d{9}$"
"""Such a number is taken as it is, unless `SAME_DIGITS` says that it was made up."""
SAME_DIGITS: Final = "|".join(digit * 7 for digit in "0123456789")
_SAME_DIGITS: Final = re.compile(SAME_DIGITS)


def read_birth(value: date | str | None) -> str | None:
    """Return a date of birth as eight digits, or None where it isn't one.

    A day that no calendar has (19851331) is kept: it is a mistyped one, and its other digits still say something.
    """
    if value is None or value == "":
        return None
    text = f"{value:%Y%m%d}" if isinstance(value, date) else _digits_of(value)
    return None if text in _UNKNOWN else text


def read_phone(value: str | None) -> str | None:
    """Return a telephone number as its last eleven digits, or None where it is too short or stands for "none"."""
    if not value:
        return None
    digits = "".join(filter(str.isdecimal, unicodedata.normalize("NFKC", value[:40])))
    digits = digits.removeprefix("0086").removeprefix("86") if len(digits) > _MOBILE else digits
    digits = digits[-_MOBILE:]
    return None if len(digits) < _LANDLINE or _SAME_DIGITS.search(digits) else digits


def _digits_of(text: str) -> str | None:
    found = _PARTS.fullmatch(unicodedata.normalize("NFKC", text[:40]).strip())
    return f"{found[1]}{int(found[2]):02}{int(found[3]):02}" if found else None
