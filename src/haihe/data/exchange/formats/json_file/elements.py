"""The elements of one JSON array, however long the array is: each is decoded by itself, and one damaged is one row."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from haihe.data.exchange.formats.damage import damaged
from haihe.data.exchange.formats.objects import DECODER
from haihe.data.exchange.reasons import FileRefused, Reason, Refusal

MOST_ELEMENT = 1024 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
# Where the next element surely begins, after one that can't be read.
_NEXT = re.compile(r"\}[ \t\r\n]*,[ \t\r\n]*(?=\{)|\}[ \t\r\n]*(?=\][ \t\r\n]*[\]}]*[ \t\r\n]*\Z)")


@dataclass(frozen=True, slots=True)
class Element:
    """`value` is Reason.BAD_ELEMENT where the text is no JSON."""

    number: int
    value: object
    raw: str


class Window:
    """The part of the text that is looked at. It grows by the pieces that come, and what was read is dropped."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._ended = False
        self.text = ""
        self.at = 0

    def more(self) -> bool:
        """Take in another piece; False at the end of the file, and where an element has become too long."""
        if self._ended or len(self.text) - self.at > MOST_ELEMENT:
            return False
        piece = next(self._pieces, None)
        self._ended = piece is None
        self.text, self.at = self.text[self.at :] + (piece or ""), 0
        return not self._ended

    def peek(self) -> str:
        """Return the next character that is no space, not yet taken; empty at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text) or not self.more():
                return self.text[self.at : self.at + 1]

    def take(self, character: str) -> None:
        """Raises: FileRefused where another character stands there."""
        if self.peek() != character:
            raise damaged()
        self.at += 1

    def value(self) -> object:
        """Take one whole value. Raises: FileRefused where there is none, or it is longer than an element may be."""
        found = self.value_or_none()
        if found is None:
            raise damaged()
        return found[0]

    def value_or_none(self) -> tuple[object, str] | None:
        """Take one whole value and its text; None where none can be read here."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.at)
            except (json.JSONDecodeError, RecursionError):
                if self.more():
                    continue
                return None
            # A number may go on in the next piece.
            if end == len(self.text) and self.more():
                continue
            raw, self.at = self.text[self.at : end], end
            return value, raw

    def skip_damage(self) -> str:
        """Take what can't be read, up to where the next element begins. Raises: FileRefused where none is found."""
        while True:
            found = _NEXT.search(self.text, self.at)
            if found:
                end = self.text.index("}", found.start()) + 1
                raw, self.at = self.text[self.at : end], end
                return raw
            if not self.more():
                raise damaged()


def elements(window: Window) -> Iterator[Element]:
    """Yield the elements of the array that begins here, and take its end. Raises: FileRefused where it has none."""
    window.take("[")
    number = 0
    if window.peek() == "]":
        window.take("]")
        return
    while True:
        number += 1
        found = window.value_or_none()
        if found is None:
            yield Element(number, Reason.BAD_ELEMENT, window.skip_damage())
        else:
            yield Element(number, *found)
        if window.peek() == "]":
            window.take("]")
            return
        window.take(",")


def rows_array(window: Window) -> Iterator[Element]:
    """Yield the elements of the file's one array of objects; the file must end properly behind it.

    Raises: FileRefused.
    """
    if window.peek() == "[":
        yield from elements(window)
    else:
        yield from _array_of_object(window)
    if window.peek():
        raise damaged("结尾后还有别的内容")


def _array_of_object(window: Window) -> Iterator[Element]:
    window.take("{")
    arrays = 0
    while window.peek() != "}":
        window.value()
        window.take(":")
        rows = _rows(window)
        if rows is not None:
            arrays += 1
            if arrays > 1:
                raise FileRefused(Refusal.SEVERAL_TABLES, "文件里有几个对象数组，无法判断哪一个是数据；请只保留一个。")
            yield from rows
        if window.peek() != "}":
            window.take(",")
    window.take("}")
    if not arrays:
        raise FileRefused(Refusal.NO_TABLE, "文件里没有对象数组；请写成 [{…}, {…}]，或最外层只含一个这样的数组。")


def _rows(window: Window) -> Iterator[Element] | None:
    """Return the elements of the array of objects that begins here; None, with it taken, for any other value."""
    if window.peek() != "[":
        window.value()
        return None
    found = elements(window)
    first = next(found, None)
    if first is None or not isinstance(first.value, (tuple, Reason)):
        # A list of plain values beside the rows (titles, pages ...) is none of them.
        for _ in found:
            pass
        return None
    return chain([first], found)
