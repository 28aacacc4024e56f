"""Read marks: columns by name, values by the kind of their column."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from haihe.data.open.store.columns import ROW_ID, Column, Value, read_date, read_datetime
from haihe.data.open.store.language import Mark, marks_of, wrong_at
from haihe.data.open.store.tree import ID
from haihe.data.open.store.trouble import WrongQuery

_INTEGERS = range(-(2**63), 2**63)
_ROW_ID = Column(ROW_ID, "行号", "Row id", "integer", filterable=True)


@dataclass(slots=True)
class Reader:
    """Goes through the marks of one parameter."""

    columns: Sequence[Column]
    what: str
    marks: list[Mark]
    place: int = 0
    _by_name: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, columns: Sequence[Column], *, what: str) -> "Reader":
        reader = cls(columns, what, marks_of(text, what=what))
        reader._by_name = {column.name.casefold(): place for place, column in enumerate(columns)} | {ROW_ID: ID}
        return reader

    @property
    def mark(self) -> Mark:
        return self.marks[self.place]

    def next(self) -> Mark:
        mark = self.mark
        if mark.sort != "end":
            self.place += 1
        return mark

    def took_word(self, word: str) -> bool:
        """Take the word if it stands here."""
        found = self.mark.is_word(word)
        self.place += found
        return found

    def took_sign(self, sign: str) -> bool:
        found = self.mark.is_sign(sign)
        self.place += found
        return found

    def calls(self, word: str) -> bool:
        """True where the word stands here with an opening bracket behind it."""
        return self.mark.is_word(word) and self.marks[self.place + 1].is_sign("(")

    def expect_sign(self, sign: str) -> None:
        if not self.took_sign(sign):
            raise self.wrong(f"这里应当是 {sign}", f"{sign} was expected here")

    def expect_word(self, word: str) -> None:
        if not self.took_word(word):
            raise self.wrong(f"这里应当是 {word}", f"{word} was expected here")

    def expect_end(self) -> None:
        if self.mark.sort != "end":
            raise self.wrong("这里多出了内容", "nothing more was expected here")

    def wrong(self, zh: str, en: str, mark: Mark | None = None) -> WrongQuery:
        return wrong_at(self.what, (mark or self.mark).place, zh, en)

    def column(self) -> int:
        """Take a column's name and return its place. Raises: WrongQuery."""
        mark = self.next()
        if mark.sort not in ("name", "quoted"):
            raise self.wrong("这里应当是数据项名称", "the name of a column was expected here", mark)
        found = self._by_name.get(mark.text.casefold())
        if found is None:
            name = mark.text[:60]
            raise self.wrong(f"没有数据项“{name}”", f'there is no column "{name}"', mark)
        return found

    def described(self, place: int) -> Column:
        return _ROW_ID if place == ID else self.columns[place]

    def value_for(self, place: int) -> Value:
        """Take a value that fits the column. Raises: WrongQuery."""
        column, mark = self.described(place), self.next()
        try:
            return _value(column.kind, mark)
        except (ValueError, OverflowError) as no_value:
            zh, en = _EXPECTED[column.kind]
            name = column.name
            raise self.wrong(f"“{name}”是{zh}", f'"{name}" is compared with {en}', mark) from no_value

    def number(self) -> float:
        """Take a number. Raises: WrongQuery."""
        mark = self.next()
        if mark.sort != "number":
            raise self.wrong("这里应当是数字", "a number was expected here", mark)
        return float(mark.text)

    def text(self) -> str:
        """Take a text. Raises: WrongQuery."""
        mark = self.next()
        if mark.sort != "text":
            raise self.wrong("这里应当是单引号中的文字", "a text in single quotes was expected here", mark)
        return mark.text


_EXPECTED = {
    "text": ("文字，请写在单引号中", "a text in single quotes"),
    "integer": ("整数", "a whole number"),
    "decimal": ("数字", "a number"),
    "longitude": ("数字", "a number"),
    "latitude": ("数字", "a number"),
    "date": ("日期，请写成 '2026-01-31'", "a date such as '2026-01-31'"),
    "datetime": ("时间，请写成 '2026-01-31T08:00:00'", "a time such as '2026-01-31T08:00:00'"),
    "boolean": ("是非值，请写 true 或者 false", "true or false"),
}


def _value(kind: str, mark: Mark) -> Value:
    """Raises: ValueError, OverflowError."""
    match kind, mark.sort:
        case "text", "text":
            return mark.text
        case "integer", "number":
            return _integer(mark.text)
        case (("decimal" | "longitude" | "latitude"), "number"):
            number = float(mark.text)
            if math.isfinite(number):
                return number
        case "date", "text":
            return read_date(mark.text)
        case "datetime", "text":
            return read_datetime(mark.text)
        case "boolean", "name":
            return (
                {"true": True, "false": False}[mark.text.casefold()]
                if mark.text.casefold() in ("true", "false")
                else _no()
            )
    raise ValueError(mark.text)


def _integer(text: str) -> int:
    if len(text) > 20 or (number := int(text)) not in _INTEGERS:
        raise ValueError(text)
    return number


def _no() -> bool:
    raise ValueError
