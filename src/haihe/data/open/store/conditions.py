"""Read `where`: a text becomes a tree, or is refused with the place where it goes wrong.

district = '和平区' and (beds >= 20 or not name like '%诊所%') and opened between '2020-01-01' and '2025-12-31'
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from haihe.data.open.store.columns import Column, Value
from haihe.data.open.store.folding import words_of
from haihe.data.open.store.reading import Reader
from haihe.data.open.store.tree import (
    All,
    Among,
    Between,
    Comparison,
    Condition,
    Either,
    Like,
    Missing,
    Not,
    Search,
    Sign,
    StartsWith,
    Within,
)

MOST_CONDITIONS = 50
MOST_VALUES = 200
MOST_DEPTH = 16
MOST_WILDCARDS = 4
MOST_WORDS = 8
_WILD = re.compile(r"^(?:[^%_\\]|\\.)*(?:[%_]|\\\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SIGNS = ("=", "<>", "<", "<=", ">", ">=")
_FUNCTIONS = ("starts_with", "within", "search")


def read_condition(text: str, columns: Sequence[Column]) -> Condition:
    """Read a condition. Raises: WrongQuery."""
    reader = _Conditions(Reader.of(text, columns, what="where"))
    condition = reader.either(0)
    reader.marks.expect_end()
    return condition


@dataclass(slots=True)
class _Conditions:
    marks: Reader
    count: int = 0

    def either(self, depth: int) -> Condition:
        return self._joined("or", self._all, Either, depth)

    def _all(self, depth: int) -> Condition:
        return self._joined("and", self._not, All, depth)

    def _joined(
        self,
        word: str,
        part: "Callable[[int], Condition]",
        join: "Callable[[tuple[Condition, ...]], Condition]",
        depth: int,
    ) -> Condition:
        if depth > MOST_DEPTH:
            raise self.marks.wrong("括号太深", "brackets are too deep")
        parts = [part(depth)]
        while self.marks.took_word(word):
            parts.append(part(depth))
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def _not(self, depth: int) -> Condition:
        negations = 0
        while self.marks.took_word("not"):
            negations += 1
        condition = self._one(depth)
        return Not(condition) if negations % 2 else condition

    def _one(self, depth: int) -> Condition:
        if self.marks.took_sign("("):
            condition = self.either(depth + 1)
            self.marks.expect_sign(")")
            return condition
        self.count += 1
        if self.count > MOST_CONDITIONS:
            raise self.marks.wrong(
                f"条件超过 {MOST_CONDITIONS} 个", f"there are more than {MOST_CONDITIONS} conditions"
            )
        for word in _FUNCTIONS:
            if self.marks.calls(word):
                return self._function(word)
        return self._of_column(self.marks.column())

    def _function(self, word: str) -> Condition:
        self.marks.next()
        self.marks.expect_sign("(")
        condition = {"starts_with": self._starts_with, "within": self._within, "search": self._search}[word]()
        self.marks.expect_sign(")")
        return condition

    def _of_column(self, column: int) -> Condition:
        marks = self.marks
        if marks.took_word("is"):
            is_there = marks.took_word("not")
            marks.expect_word("null")
            return Not(Missing(column)) if is_there else Missing(column)
        negated = marks.took_word("not")
        condition = self._word_or_sign(column, negated=negated)
        return Not(condition) if negated else condition

    def _word_or_sign(self, column: int, *, negated: bool) -> Condition:
        marks = self.marks
        if marks.took_word("in"):
            return Among(column, self._values(column))
        if marks.took_word("between"):
            least = marks.value_for(column)
            marks.expect_word("and")
            return Between(column, least, marks.value_for(column))
        if marks.took_word("like"):
            self._needs_text(column)
            return _as_start(column, self._pattern())
        if not negated and marks.mark.sort == "sign" and marks.mark.text in _SIGNS:
            sign = cast("Sign", marks.next().text)
            return Comparison(column, sign, marks.value_for(column))
        raise marks.wrong(
            "这里应当是 =、<>、<、<=、>、>=、in、between、like 或者 is null",
            "=, <>, <, <=, >, >=, in, between, like or is null was expected here",
        )

    def _values(self, column: int) -> tuple[Value, ...]:
        self.marks.expect_sign("(")
        values = [self.marks.value_for(column)]
        while self.marks.took_sign(","):
            values.append(self.marks.value_for(column))
        if len(values) > MOST_VALUES:
            raise self.marks.wrong(f"in 中的值超过 {MOST_VALUES} 个", f"in holds more than {MOST_VALUES} values")
        self.marks.expect_sign(")")
        return tuple(dict.fromkeys(values))

    def _pattern(self) -> str:
        mark, pattern = self.marks.mark, self.marks.text()
        wildcards, signs = 0, iter(pattern)
        for sign in signs:
            if sign == "\\" and next(signs, "") not in ("%", "_", "\\"):
                raise self.marks.wrong(
                    "反斜线后面应当是 %、_ 或者反斜线", "after a backslash comes %, _ or another", mark
                )
            wildcards += sign == "%"
        if wildcards > MOST_WILDCARDS:
            raise self.marks.wrong(f"% 超过 {MOST_WILDCARDS} 个", f"there are more than {MOST_WILDCARDS} %", mark)
        return pattern

    def _starts_with(self) -> Condition:
        column = self.marks.column()
        self._needs_text(column)
        self.marks.expect_sign(",")
        return StartsWith(column, self.marks.text())

    def _within(self) -> Condition:
        longitude = self._coordinate("longitude")
        self.marks.expect_sign(",")
        latitude = self._coordinate("latitude")
        corners = []
        for _ in range(4):
            self.marks.expect_sign(",")
            corners.append(self.marks.number())
        west, south, east, north = corners
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise self.marks.wrong("范围应当依次是西、南、东、北", "the box is west, south, east, north, in degrees")
        return Within(longitude, latitude, west, south, east, north)

    def _search(self) -> Condition:
        mark, words = self.marks.mark, words_of(self.marks.text())
        if not words:
            raise self.marks.wrong("search 中没有可以查找的字词", "there is nothing to search for", mark)
        if len(words) > MOST_WORDS:
            raise self.marks.wrong(f"查找的字词超过 {MOST_WORDS} 个", f"there are more than {MOST_WORDS} words", mark)
        return Search(words)

    def _coordinate(self, kind: str) -> int:
        mark, column = self.marks.mark, self.marks.column()
        if self.marks.described(column).kind != kind:
            zh = "经度" if kind == "longitude" else "纬度"
            raise self.marks.wrong(f"这里应当是{zh}数据项", f"a column of {kind} was expected here", mark)
        return column

    def _needs_text(self, column: int) -> None:
        described = self.marks.described(column)
        if described.kind != "text":
            raise self.marks.wrong(f"“{described.name}”不是文字", f'"{described.name}" is no text')


def _as_start(column: int, pattern: str) -> Condition:
    """Return a pattern; one that only tells how a text begins as that, which an index answers."""
    if not pattern.endswith("%") or _WILD.search(pattern[:-1]):
        return Like(column, pattern)
    return StartsWith(column, _ESCAPED.sub(r"\1", pattern[:-1]))
