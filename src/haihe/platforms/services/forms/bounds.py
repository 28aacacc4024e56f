"""Least and most of a field: of its value, its length or its count."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from haihe.platforms.services.forms.days import day_of
from haihe.platforms.services.forms.fields import LISTS, WITH_LENGTH, Field, Kind

DEFAULTS: Final[dict[Kind, tuple[int | float, int | float]]] = {
    Kind.TEXT: (1, 100),
    Kind.LONG_TEXT: (1, 2000),
    Kind.ADDRESS: (4, 120),
    Kind.SIGNATURE: (1, 50),
    Kind.NUMBER: (0, 999_999_999),
    Kind.MONEY: (0, 99_999_999_999),
    Kind.FILE: (1, 5),
    Kind.TABLE: (1, 20),
}
"""Where a definition doesn't say."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends belong to what is allowed; "" is an open end of a date."""

    least: int | float | str
    most: int | float | str


def bounds_of(field: Field, today: date) -> Bounds:
    """Return the bounds that hold on a day. Raises: FormError if an end is no day."""
    if field.kind is Kind.DATE:
        return Bounds(_day(field.min, today), _day(field.max, today))
    default_least, default_most = DEFAULTS.get(field.kind, (1, len(field.options) or 1))
    least = default_least if field.min is None else field.min
    most = default_most if field.max is None else field.max
    if field.kind in LISTS | WITH_LENGTH:
        # An empty text or list is a value that isn't given.
        least = max(1, least) if not isinstance(least, str) else least
    return Bounds(least, most)


def _day(text: int | float | str | None, today: date) -> str:
    return "" if text is None else day_of(str(text), today=today).isoformat()
