"""JSON objects as rows: their keys are titles, their numbers stay as they are spelt."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from haihe.data.exchange.formats.values import Spoilt, literal_text, text_of
from haihe.data.exchange.mapping import map_header
from haihe.data.exchange.ports import Record, SourceFacts, Tally
from haihe.data.exchange.reasons import Reason
from haihe.data.exchange.rules import RegisterSchema, fold_title

SAMPLE = 1000
_MOST_RAW = 64 * 1024
_SHOWN_OF_NESTED = 40


class Literal(str):
    """A number, or NaN and its like, as it is spelt in the file."""

    __slots__ = ()


type Pairs = tuple[tuple[str, Any], ...]
type Element = tuple[int, object, str]
"""Place, decoded value (no tuple where it is no object) and text of one element."""

# Pairs instead of a dict: a dict would forget that a key came twice.
DECODER = json.JSONDecoder(
    object_pairs_hook=tuple, parse_float=Literal, parse_int=Literal, parse_constant=Literal, strict=False
)


def is_object(value: object) -> bool:
    """True if a decoded value is an object: pairs."""
    return isinstance(value, tuple)


class Columns:
    """The schema's columns among the keys of objects, which may come in any order and be left out."""

    def __init__(self, schema: RegisterSchema, sample: Iterable[Pairs]) -> None:
        """Raises: FileRefused where no object of the sample has a column that every row needs."""
        self._schema = schema
        keys = list(dict.fromkeys(key for pairs in sample for key, _ in pairs))
        self._ignored = map_header(keys, schema).ignored
        self._places = {
            fold_title(title): place for place, column in enumerate(schema.columns) for title in column.titles
        }
        self._place_of: dict[str, int | None] = {}

    def facts(self, *, encoding: str, confidence: float) -> SourceFacts:
        titles = tuple(column.title for column in self._schema.columns)
        return SourceFacts(encoding, confidence, "", titles, tuple(range(len(titles))), self._ignored, 0)

    def records(self, elements: Iterable[Element], tally: Tally) -> Iterator[Record]:
        """Yield the rows of elements; objects with nothing in them are tallied as blank."""
        for line, value, raw in elements:
            if isinstance(value, tuple) and not any(_says_something(given) for _, given in value):
                tally.blank_lines += 1
            else:
                yield self._record(line, value, raw)

    def _record(self, line: int, value: object, raw: str) -> Record:
        if not isinstance(value, tuple):
            return Record(line, [], raw[:_MOST_RAW], value if isinstance(value, Reason) else Reason.BAD_ELEMENT)
        cells = [""] * len(self._schema.columns)
        seen: set[int] = set()
        for key, given in value:
            place = self._place(key)
            if place is None:
                continue
            cells[place] = Spoilt("", Reason.REPEATED_KEY) if place in seen else _cell(given)
            seen.add(place)
        return self._judged(line, cells, raw[:_MOST_RAW])

    def _judged(self, line: int, cells: list[str], raw: str) -> Record:
        for column, cell in zip(self._schema.columns, cells, strict=True):
            if type(cell) is Spoilt:
                return Record(line, [str(each) for each in cells], raw, cell.reason, column.title)
        return Record(line, cells, raw)

    def _place(self, key: str) -> int | None:
        if key not in self._place_of:
            if len(self._place_of) > SAMPLE:
                self._place_of.clear()
            self._place_of[key] = self._places.get(fold_title(key))
        return self._place_of[key]


def _says_something(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Literal):
        return literal_text(str(value))
    if isinstance(value, str):
        return text_of(value)
    return Spoilt(str(value)[:_SHOWN_OF_NESTED], Reason.NESTED_VALUE)
