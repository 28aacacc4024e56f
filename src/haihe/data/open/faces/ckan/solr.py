"""Read the part of Solr's query language that CKAN's clients use, and say what it asks of each field.

organization:120007 AND (tags:医院 OR tags:"卫生 机构") -res_format:PDF +metadata_modified:[2026-01-01T00:00:00Z TO *]

Nothing of it reaches a database but as a value: each field is one that is known, and becomes a condition on a column.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import Q

from haihe.data.open.faces.ckan.errors import SearchQueryError

_MOST_TERMS: Final = 200
_MOST_DEPTH: Final = 12
_MARK: Final = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<range>[\[{][^\[\]{}]{0,120}\s[Tt][Oo]\s[^\[\]{}]{0,120}[\]}])
    | (?P<both>&&|\|\|)
    | (?P<sign>[()+!:]|-(?=\S))
    | (?P<word>(?:[^\s"()\[\]{}:+!&|\\]|\\.|[&|](?![&|]))(?:[^\s"()\[\]{}:&|\\]|\\.|[&|](?![&|])|(?<=\d\d):(?=\d\d))*)
    )""",
    re.VERBOSE,
)
_BOUNDS: Final = re.compile(r"([\[{])\s*(\S+|\".*\")\s+TO\s+(\S+|\".*\")\s*([\]}])", re.IGNORECASE | re.DOTALL)
EVERYTHING: Final = Q(pk__isnull=False)
NOTHING: Final = Q(pk__isnull=True)


@dataclass(frozen=True, slots=True)
class Word:
    """A value; a star in one that isn't quoted stands for any text."""

    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """`least` and `most` None: there is no end on that side."""

    least: str | None
    most: str | None
    takes_least: bool = True
    takes_most: bool = True


type Value = Word | Range
type Leaf = Callable[[str, Value], Q]
"""What a field's value asks of a dataset; the field "" is for words without one."""


def read_query(text: str, leaf: Leaf) -> Q:
    """Return the condition. Raises: SearchQueryError."""
    reader = _Reader(_marks(text), leaf)
    if reader.sort == "end":
        return EVERYTHING
    condition = reader.either("", 0)
    if reader.sort != "end":
        raise reader.wrong()
    return condition


@dataclass(frozen=True, slots=True)
class _Mark:
    sort: Literal["text", "range", "sign", "word", "end"]
    text: str
    place: int


@dataclass(slots=True)
class _Reader:
    marks: list[_Mark]
    leaf: Leaf
    place: int = 0
    terms: int = 0

    @property
    def mark(self) -> _Mark:
        return self.marks[self.place]

    @property
    def sort(self) -> str:
        return self.mark.sort

    def took(self, *signs: str) -> bool:
        found = self.mark.sort in ("sign", "word") and self.mark.text in signs
        self.place += found
        return found

    def either(self, field: str, depth: int) -> Q:
        if depth > _MOST_DEPTH:
            raise SearchQueryError("查询的括号太深。", "The query's brackets are too deep.")
        condition = self.all(field, depth)
        while self.took("OR", "||"):
            condition |= self.all(field, depth)
        return condition

    def all(self, field: str, depth: int) -> Q:
        condition = self.one(field, depth)
        while self.took("AND", "&&") or not self._ends():
            condition &= self.one(field, depth)
        return condition

    def one(self, field: str, depth: int) -> Q:
        negated = False
        while self.mark.text in ("+", "-", "!", "NOT") and self.mark.sort in ("sign", "word"):
            negated ^= self.mark.text != "+"
            self.place += 1
        condition = self._bracket(field, depth) if self.took("(") else self._term(field, depth)
        return ~condition if negated else condition

    def _bracket(self, field: str, depth: int) -> Q:
        condition = self.either(field, depth + 1)
        if not self.took(")"):
            raise self.wrong()
        return condition

    def _term(self, field: str, depth: int) -> Q:
        self.terms += 1
        if self.terms > _MOST_TERMS:
            raise SearchQueryError(f"查询超过 {_MOST_TERMS} 项。", f"The query has more than {_MOST_TERMS} terms.")
        value = self._value()
        if not self.took(":"):
            return self.leaf(field, value)
        if field or not isinstance(value, Word) or value.is_quoted:
            raise self.wrong()
        if self.took("("):
            return self._bracket(value.text, depth)
        return self.leaf(value.text, self._value())

    def _value(self) -> Value:
        mark = self.mark
        self.place += mark.sort in ("text", "word", "range")
        match mark.sort:
            case "text":
                return Word(re.sub(r"\\(.)", r"\1", mark.text[1:-1], flags=re.DOTALL), is_quoted=True)
            case "word" if mark.text not in ("AND", "OR", "NOT"):
                return Word(re.sub(r"\\(.)", r"\1", mark.text, flags=re.DOTALL))
            case "range":
                return _range(mark)
        raise self.wrong(mark)

    def _ends(self) -> bool:
        return self.sort == "end" or (self.sort in ("sign", "word") and self.mark.text in (")", "OR", "||"))

    def wrong(self, mark: _Mark | None = None) -> SearchQueryError:
        place = (mark or self.mark).place + 1
        return SearchQueryError(
            f"查询的第 {place} 个字符处看不懂。", f"The query isn't understood at character {place}."
        )


def _marks(text: str) -> list[_Mark]:
    marks: list[_Mark] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _MARK.match(text, place)
        if found is None or found.lastgroup is None:
            raise SearchQueryError(
                f"查询的第 {place + 1} 个字符处看不懂。", f"The query isn't understood at character {place + 1}."
            )
        start = found.start(found.lastgroup)
        match found.lastgroup:
            case "text":
                marks.append(_Mark("text", found["text"], start))
            case "range":
                marks.append(_Mark("range", found["range"], start))
            case "word":
                marks.append(_Mark("word", found["word"], start))
            case _:
                marks.append(_Mark("sign", found[found.lastgroup], start))
        place = found.end()
    return [*marks, _Mark("end", "", end)]


def _range(mark: _Mark) -> Range:
    found = _BOUNDS.fullmatch(mark.text)
    if found is None:
        raise SearchQueryError("范围应当写成 [开始 TO 结束]。", "A range is written [from TO to].")
    least, most = (None if (end := found[group].strip('"')) == "*" else end for group in (2, 3))
    return Range(least, most, found[1] == "[", found[4] == "]")
