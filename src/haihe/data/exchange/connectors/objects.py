"""JSON that interfaces and messages bring, as rows of text: a number keeps each digit as it is spelt.

`{"a": {"b": 1}}` is a row with the column `a.b`. What stands in a list is no column of its own; it stays JSON text.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from haihe.data.exchange.connectors.faults import Fault, FetchFailed

MOST_COLUMNS: Final = 2000
_DEEPEST: Final = 8
_LOST = re.compile("[\ud800-\udfff]")

type Fields = dict[str, str | None]
"""One row by its columns' names; a row needn't have all."""


class Number(str):
    """A number as it is spelt."""

    __slots__ = ()


class _Wrong(ValueError):
    """It is JSON, and yet not to be read in one way only."""


def decoded(content: bytes, charset: str = "") -> object:
    """Return what stands there, objects as dicts and numbers as `Number`. Raises: FetchFailed."""
    try:
        return _DECODER.decode(_text(content, charset))
    except (ValueError, RecursionError):
        raise FetchFailed(Fault.ANSWER_WRONG, "JSON") from None


def at(value: object, pointer: str) -> object:
    """Return what stands at a JSON pointer (RFC 6901), None where nothing does."""
    for step in filter(None, pointer.split("/")):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return None
    return value


def rows_at(value: object, pointer: str, *, nested: bool, wanted: Sequence[str] = ()) -> list[Fields]:
    """Return the objects of the list at a pointer; one object alone counts as a list of one. Raises: FetchFailed."""
    found = at(value, pointer)
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise FetchFailed(Fault.ANSWER_WRONG, pointer)
    return [row_of(each, nested=nested, wanted=wanted) for each in found]


def row_of(value: Mapping[str, object], *, nested: bool, wanted: Sequence[str] = ()) -> Fields:
    """Return one object as a row, of the wanted columns only where some are. Raises: FetchFailed.

    Without `nested`, an object within the row is refused, unless it is in a column that nobody wants.
    """
    row: Fields = {}
    for name, cell in _cells(value, nested=nested, wanted=wanted):
        if name in row:
            raise FetchFailed(Fault.ANSWER_WRONG, "JSON")
        row[name] = cell
    if len(row) > MOST_COLUMNS:
        raise FetchFailed(Fault.TOO_MUCH)
    return row


def plain(value: object) -> str | None:
    """Return a single value as text; None for null."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # Half a character can't be stored; what stands there instead is refused with its row.
        return _LOST.sub("\ufffd", str(value))
    return _json(value)


def _cells(
    value: Mapping[str, object], *, nested: bool, wanted: Sequence[str], before: str = "", depth: int = 1
) -> Iterator[tuple[str, str | None]]:
    if depth > _DEEPEST:
        raise FetchFailed(Fault.ANSWER_WRONG, "JSON")
    for key, cell in value.items():
        name = plain(f"{before}{key}") or ""
        if isinstance(cell, dict) and nested:
            yield from _cells(cell, nested=True, wanted=wanted, before=f"{name}.", depth=depth + 1)
        elif not wanted or name in wanted:
            if isinstance(cell, dict | list) and not nested:
                raise FetchFailed(Fault.ANSWER_NESTED, name if name in wanted else "")
            yield name, plain(cell)


def _json(value: object) -> str:
    """Write a list or an object as JSON again, its numbers as they were spelt."""
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        members = (f"{json.dumps(key, ensure_ascii=False)}: {_json(each)}" for key, each in value.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(value, Number):
        return str(value)
    return _LOST.sub("\ufffd", json.dumps(value, ensure_ascii=False))


def _text(content: bytes, charset: str) -> str:
    """UTF-8, as JSON should be; or what the sender says that it is."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if charset.lower() not in ("gbk", "gb2312", "gb18030"):
            raise
        return content.decode("gb18030")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Wrong
    return found


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_int=Number, parse_float=Number, parse_constant=Number)
