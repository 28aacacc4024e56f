"""The columns of an opened dataset, and how a value of each kind is written down."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal, get_args

import msgspec

type Kind = Literal["text", "integer", "decimal", "date", "datetime", "boolean", "longitude", "latitude"]
type Value = str | int | float | bool | date | datetime
KINDS: frozenset[str] = frozenset(get_args(Kind.__value__))
NUMBERS = frozenset({"integer", "decimal", "longitude", "latitude"})
ROW_ID = "_id"
CITY_OFFSET = "+08:00"
_MOST_COLUMNS = 300
_MOST_NAME_LENGTH = 100


class ColumnsTrouble(ValueError):
    """The columns can't be served as they are described."""


class Column(msgspec.Struct, frozen=True):
    """One open column. Codes of any sort are text. `filterable` ones get an index, so that pages of them are quick.

    A datetime is the city's local time, a date has no time at all. `code_list` tells what each code means.
    """

    name: str
    title_zh: str
    title_en: str
    kind: Kind
    code_list: dict[str, str] | None = None
    filterable: bool = False


def check_columns(columns: Sequence[Column]) -> None:
    """Raises: ColumnsTrouble where a name is empty, unprintable or there twice, or a kind is unknown."""
    if not 0 < len(columns) <= _MOST_COLUMNS:
        raise ColumnsTrouble(f"a dataset has 1 to {_MOST_COLUMNS} columns, not {len(columns)}")
    seen = {ROW_ID}
    for column in columns:
        if column.kind not in KINDS:
            raise ColumnsTrouble(f"{column.name!r} is of an unknown kind: {column.kind!r}")
        if not _is_name(column.name):
            raise ColumnsTrouble(f"{column.name!r} is no name for a column")
        if (folded := column.name.casefold()) in seen:
            raise ColumnsTrouble(f"{column.name!r} is there twice")
        seen.add(folded)


def point_of(columns: Sequence[Column]) -> tuple[()] | tuple[int, int]:
    """Return the places of the first longitude and the first latitude; of one without the other there is no point."""
    kinds = [column.kind for column in columns]
    if "longitude" not in kinds or "latitude" not in kinds:
        return ()
    return kinds.index("longitude"), kinds.index("latitude")


def _is_name(name: str) -> bool:
    printable = all(not unicodedata.category(sign).startswith("C") for sign in name)
    return 0 < len(name) <= _MOST_NAME_LENGTH and printable and name == name.strip()


def read_date(text: str) -> date:
    """Raises: ValueError."""
    if len(text) != len("2026-01-01"):
        raise ValueError(text)
    return date.fromisoformat(text)


def read_datetime(text: str) -> datetime:
    """Return the city's local time; a text without an offset is local already. Raises: ValueError, OverflowError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None) + timedelta(hours=8)
    return moment.replace(microsecond=0)


def written_datetime(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds") + CITY_OFFSET
