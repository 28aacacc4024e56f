"""Cursors: where a page ended, as its last row's place in the order. They outlive a version: the next page of a newer
one goes on behind the same place.

A cursor isn't signed. Whoever alters it asks for another page, as they might by `where`; what it holds is checked by
the kinds of the columns and bound as values like any other.
"""

import base64
import binascii
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from haihe.data.open.store.columns import Value, read_date, read_datetime
from haihe.data.open.store.trouble import WrongQuery

_MOST_CHARACTERS = 16_384
_LONGEST = 2_000
"""A longer one would be cut off in addresses on its way."""
_IN_THE_ROW: list[Any] = [[]]
_INTEGERS = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Position:
    """The values of the ordered columns in the last row, and its id. `values` None: as they stand in the row itself."""

    values: tuple[Value | None, ...] | None
    id: int


def written_cursor(position: Position) -> str:
    """Return a text for an address; of values too long for one the id alone."""
    values = _IN_THE_ROW if position.values is None else [_plain(value) for value in position.values]
    packed = msgspec.json.encode([*values, position.id])
    text = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return text if len(text) <= _LONGEST else written_cursor(Position(None, position.id))


def read_cursor(text: str, kinds: Sequence[str]) -> Position:
    """Read a cursor for an order by columns of these kinds. Raises: WrongQuery."""
    try:
        if len(text) > _MOST_CHARACTERS:
            raise ValueError
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        *values, row = msgspec.json.decode(packed, type=list[Any])
        if kinds and values == _IN_THE_ROW:
            return Position(None, _whole(row))
        if len(values) != len(kinds):
            raise ValueError
        position = tuple(_checked(kind, value) for kind, value in zip(kinds, values, strict=True))
        return Position(position, _whole(row))
    except (ValueError, OverflowError, binascii.Error, msgspec.DecodeError) as wrong:
        raise WrongQuery(
            "cursor 不属于这样的排序，请使用上一页答复中的 next。",
            "The cursor doesn't belong to this order; use the next of the page before.",
        ) from wrong


def _plain(value: Value | None) -> Value | None:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _checked(kind: str, value: object) -> Value | None:
    match kind, value:
        case _, None:
            return None
        case "text", str() if "\0" not in value:
            return value
        case "date", str():
            return read_date(value)
        case "datetime", str():
            return read_datetime(value)
        case "boolean", bool():
            return value
        case "integer", int():
            return _whole(value)
        case (("decimal" | "longitude" | "latitude"), int() | float()) if not isinstance(value, bool):
            return _finite(float(value))
    raise ValueError(kind)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value not in _INTEGERS:
        raise ValueError(value)
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(value)
    return value
