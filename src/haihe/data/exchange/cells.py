"""One cell: from what stands in a file to its stored text, or the reason why not.

Dates become ISO text, numbers plain decimal text, codes and identifiers their canonical form; types come later,
set-wise, when the snapshot is written.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from haihe.data.exchange.patterns import Pattern
from haihe.data.exchange.reasons import SENTENCES, Reason
from haihe.data.exchange.rules import Column, Kind, RowSeverity
from haihe.kernel.divisions import parse_division
from haihe.kernel.identifiers import IdentifierError, parse_credit_code, parse_id_number
from haihe.kernel.text import normalise

NO_END = "9999-12-31"
"""What 长期 (without term) is stored as, so that "valid until at least today" holds."""

_MISSING_MARKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "空", "NULL", "null", "None", "N/A", "#N/A"})
_FORMULA_STARTS = ("=", "+", "-", "@")
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"
    r"|年(?P<zh_month>[0-9]{1,2})月(?P<zh_day>[0-9]{1,2})日?)"
)
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPACT_DATE = re.compile(r"[0-9]{8}")
_INTEGER = re.compile(r"-?[0-9]+(?:\.0+)?")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]{1,2}0*)?")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_MOST_DIGITS = 15
# Dates, divisions, codes and amounts repeat all the time in a register; reading each anew is half of a feed's work.
_REMEMBERED_CELLS = 2048
YEARS = range(1900, 2101)

type CellParser = Callable[[str], str | None]


class CellFault(Exception):
    """The cell can't be what its column demands."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence or SENTENCES[code]


def parser_for(column: Column) -> CellParser:
    """Return the function that reads this column's cells: stored text, None for an empty optional one.

    The function raises CellFault. What the column's severity only warns of is no fault (warned.py).
    """
    parse = _PARSERS[column.kind](column)
    required = column.required
    pattern = Pattern(column.pattern) if column.pattern and column.severity is RowSeverity.REJECT else None

    @lru_cache(_REMEMBERED_CELLS)
    def read(cell: str) -> str | None:
        text = clean(cell)
        if text in _MISSING_MARKS:
            if required:
                raise CellFault(Reason.MISSING)
            return None
        value = parse(text)
        if pattern is not None and not pattern.matches(value):
            raise CellFault(Reason.BAD_FORMAT)
        return value

    return read


def clean(cell: str) -> str:
    """Fold full-width forms, trim, and take off what spreadsheets wrap around text (a leading ', ="…")."""
    text = cell.strip() if cell.isascii() else normalise(cell)
    if text.startswith("'"):
        text = text[1:].strip()
    elif text.startswith('="') and (kept := _KEPT_AS_TEXT.fullmatch(text)):
        text = kept[1].strip()
    return text


def _text(column: Column) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.startswith(_FORMULA_STARTS):
            raise CellFault(Reason.FORMULA_TEXT)
        folded = normalise(text)
        if len(folded) > column.max_length:
            raise CellFault(Reason.TOO_LONG)
        return folded

    return parse


def _code(column: Column) -> Callable[[str], str]:
    options = {normalise(option): option for option in column.options}
    other = _text(column) if column.severity is RowSeverity.WARN else None

    def parse(text: str) -> str:
        if (found := options.get(text)) is None:
            if other is not None:
                return other(text)
            raise CellFault(Reason.NOT_IN_LIST, f"不是允许的取值（允许：{'、'.join(column.options)}）。")
        return found

    return parse


def _identifier(parse_value: Callable[[str], str]) -> Callable[[Column], Callable[[str], str]]:
    def for_column(_: Column) -> Callable[[str], str]:
        def parse(text: str) -> str:
            try:
                return parse_value(text)
            except IdentifierError as error:
                raise CellFault(error.code.upper().replace("-", "_"), error.message_zh) from None

        return parse

    return for_column


def _date(_: Column) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text == "长期":
            return NO_END
        try:
            day = _day(text)
        except ValueError:
            raise CellFault(Reason.BAD_DATE) from None
        if day.year not in YEARS and day.isoformat() != NO_END:
            raise CellFault(Reason.BAD_DATE)
        return day.isoformat()

    return parse


def _day(text: str) -> date:
    """Raises: ValueError for other forms and for days that don't exist. Two-digit years are nobody's to guess."""
    if _ISO_DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text):
        return date.fromisoformat(text)
    found = _DATE.fullmatch(_MIDNIGHT.sub("", text).replace(" ", ""))
    if not found:
        raise ValueError
    return date(int(found["year"]), int(found["month"] or found["zh_month"]), int(found["day"] or found["zh_day"]))


def _integer(column: Column) -> Callable[[str], str]:
    def parse(text: str) -> str:
        plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
        if not _INTEGER.fullmatch(plain) or len(plain) > _MOST_DIGITS:
            raise CellFault(Reason.BAD_NUMBER)
        value = int(plain.split(".")[0])
        _check_range(column, value)
        return str(value)

    return parse


def _decimal(column: Column) -> Callable[[str], str]:
    def parse(text: str) -> str:
        plain = text.removeprefix("¥").removesuffix("元").strip()
        plain = plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain
        if not _DECIMAL.fullmatch(plain) or len(plain) > _MOST_DIGITS:
            raise CellFault(Reason.BAD_NUMBER)
        value = Decimal(plain)
        _check_range(column, value)
        return f"{value:.2f}"

    return parse


def _check_range(column: Column, value: int | Decimal) -> None:
    if column.severity is RowSeverity.WARN:
        return
    too_low = column.low is not None and value < column.low
    too_high = column.high is not None and value > column.high
    if too_low or too_high:
        raise CellFault(Reason.OUT_OF_RANGE)


_PARSERS: dict[Kind, Callable[[Column], Callable[[str], str]]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.ID_NUMBER: _identifier(lambda text: parse_id_number(text).value),
    Kind.CREDIT_CODE: _identifier(parse_credit_code),
    Kind.DIVISION: _identifier(parse_division),
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
}
