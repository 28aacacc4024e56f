"""What a spreadsheet's number format makes of a number: a date, or digits with leading zeros."""

import re
from dataclasses import dataclass

_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DATE_CODE = re.compile(r"[ymdhs]|年|月|日", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,30}")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """`zeros` is how many digits a whole number is shown with at least."""

    is_date: bool = False
    zeros: int = 0


GENERAL = NumberFormat()


def number_format(number: int, code: str) -> NumberFormat:
    """Judge a format by its number, which means something below 164, and by its code."""
    if code:
        first = _NO_CODE.sub("", code.split(";")[0])
        if _ZEROS.fullmatch(first):
            return NumberFormat(zeros=len(first))
        return NumberFormat(is_date=bool(_DATE_CODE.search(first)) and "general" not in first.lower())
    return NumberFormat(is_date=number in _BUILT_IN_DATES)
