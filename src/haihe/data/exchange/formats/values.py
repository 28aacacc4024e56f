"""From a typed value in a file to the text of a cell, exactly, or to a cell that is spoilt and says why.

Nothing is made up: a number that had more digits than its file could keep is spoilt, not rounded.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from haihe.data.exchange.reasons import Reason

SPREADSHEET_DIGITS = 15
_TOO_MANY = 10**SPREADSHEET_DIGITS
_MOST_EXPONENT = 400
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What an earlier program left where it lost a character, and halves of a character alone.
_LOST = re.compile("[\ufffd\ud800-\udfff]")
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a sheet's dates know no zone
_LEAP_DAY_THAT_NEVER_WAS = 60
_DAY_S = 86_400


class Spoilt(str):
    """The text of a cell that can't be used, and why."""

    __slots__ = ("reason",)
    reason: Reason

    def __new__(cls, text: str, reason: Reason) -> "Spoilt":
        spoilt = super().__new__(cls, text)
        spoilt.reason = reason
        return spoilt


def text_of(text: str) -> str:
    """Return a text cell; spoilt where characters were lost or can't be seen."""
    if _CONTROL.search(text):
        return Spoilt(text, Reason.CONTROL_CHARACTER)
    if not text.isascii() and _LOST.search(text):
        return Spoilt(text.encode("utf-8", "backslashreplace").decode(), Reason.UNDECODABLE)
    return text


def literal_text(literal: str) -> str:
    """Return a number as a text file spells it: whole ones digit by digit, however long; others in plain notation."""
    if _INTEGER.fullmatch(literal):
        return literal
    try:
        value = Decimal(literal)
    except InvalidOperation:
        return Spoilt(literal, Reason.BAD_NUMBER)
    if not value.is_finite() or abs(value.adjusted()) > _MOST_EXPONENT:
        return Spoilt(literal, Reason.BAD_NUMBER)
    # A fraction or an exponent shows that the writer had a float, which holds no more digits than this.
    return Spoilt(literal, Reason.DIGITS_LOST) if abs(value) >= _TOO_MANY else decimal_text(value)


def decimal_text(value: Decimal) -> str:
    """Return a decimal in plain notation, without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def float_text(value: float) -> str:
    """Return a number as spreadsheets show it, of at most 15 digits; longer whole numbers have lost some."""
    if not isfinite(value):
        return Spoilt(str(value), Reason.BAD_NUMBER)
    if abs(value) >= _TOO_MANY:
        return Spoilt(repr(value), Reason.DIGITS_LOST)
    return str(int(value)) if value == int(value) else decimal_text(Decimal(f"{value:.{SPREADSHEET_DIGITS}g}"))


def padded(text: str, zeros: int) -> str:
    """Return a whole number with the leading zeros that its number format (000000) shows."""
    return text.zfill(zeros) if zeros and text.isdigit() else text


def serial_text(serial: float, *, from_1904: bool) -> str:
    """Return the date, moment or time of day that a spreadsheet's serial number stands for.

    Excel believes in 29 February 1900: the serials before it count from another day, and its own is no date.
    """
    if from_1904:
        epoch = _EPOCH_1904
    elif serial < _LEAP_DAY_THAT_NEVER_WAS:
        epoch = _EPOCH_1900 + timedelta(days=1)
    else:
        epoch = _EPOCH_1900
    if not from_1904 and int(serial) == _LEAP_DAY_THAT_NEVER_WAS:
        return "1900-02-29"
    try:
        moment = epoch + timedelta(seconds=round(serial * _DAY_S))
    except (OverflowError, ValueError):
        return Spoilt(repr(serial), Reason.BAD_DATE)
    return moment.time().isoformat() if 0 <= serial < 1 else moment_text(moment)


def moment_text(moment: datetime) -> str:
    """Return a moment; without its time of day where that is midnight."""
    return moment.date().isoformat() if moment.time() == time.min else moment.isoformat(sep=" ")


def _bytes_text(value: bytes) -> str:
    try:
        return text_of(value.decode())
    except UnicodeDecodeError:
        return Spoilt(value.decode("utf-8", "backslashreplace"), Reason.UNDECODABLE)


def _decimal_text(value: Decimal) -> str:
    return decimal_text(value) if value.is_finite() else Spoilt(str(value), Reason.BAD_NUMBER)


_TEXTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: text_of,
    bytes: _bytes_text,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: float_text,
    Decimal: _decimal_text,
    datetime: moment_text,
    date: date.isoformat,
    time: time.isoformat,
}


def value_text(value: object) -> str:
    """Return any value of a typed file as text; lists and structures are spoilt."""
    read = _TEXTS.get(type(value))
    return read(value) if read else Spoilt(type(value).__name__, Reason.NESTED_VALUE)
