"""The columns of a dataset: what society may have of an entry's items. Plain facts; no tables behind them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import msgspec

from haihe.data.open.wording import either

type ColumnKind = Literal["text", "integer", "decimal", "date", "datetime", "boolean", "longitude", "latitude"]

KINDS_OF_ITEMS: Final[Mapping[str, ColumnKind]] = {
    "C": "text",
    "M": "text",
    "G": "text",
    "N": "decimal",
    "Y": "decimal",
    "B": "decimal",
    "F": "decimal",
    "I": "integer",
    "D": "date",
    "T": "datetime",
    "L": "boolean",
}
"""By the letters of 编制指南."""
_PLACES: Final[Mapping[str, ColumnKind]] = {
    "longitude": "longitude",
    "lon": "longitude",
    "latitude": "latitude",
    "lat": "latitude",
}
NUMBERS: Final = ("integer", "decimal")


class OpenColumn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One column as it is opened. `sensitivity` is the catalogue's; `unit`, `code_list` and `description` too."""

    name: str
    title: str
    title_en: str = ""
    kind: ColumnKind = "text"
    unit: str = ""
    code_list: str = ""
    description: str = ""
    sensitivity: str = "PUBLIC"
    filterable: bool = True

    @property
    def local_title(self) -> str:
        return either(self.title, self.title_en)


def kind_of(name: str, data_type: str) -> ColumnKind:
    """Return how a catalogue item's values are read: places by their names, the others by their letter."""
    return _PLACES.get(name) or KINDS_OF_ITEMS.get(data_type, "text")


def read_columns(stored: Iterable[Any]) -> tuple[OpenColumn, ...]:
    """Return what a JSON field holds."""
    return tuple(msgspec.convert(list(stored), list[OpenColumn]))


def written(columns: Iterable[OpenColumn]) -> list[dict[str, Any]]:
    """Return the columns as a JSON field holds them."""
    plain: list[dict[str, Any]] = msgspec.to_builtins(list(columns))
    return plain


def quoted(name: str) -> str:
    """Quote a column's name for a statement of SQL; values are always bound."""
    return '"' + name.replace('"', '""') + '"'
