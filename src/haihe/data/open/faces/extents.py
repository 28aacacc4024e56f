"""Where and when the rows of a version lie, read from the footer of its file: no row is touched.

A version never changes, so what was read once holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pyarrow.parquet as pq

from haihe.data.open import places
from haihe.data.open.columns import OpenColumn
from haihe.data.open.models import DatasetVersion
from haihe.data.open.store.columns import written_datetime

type Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Extent:
    """`box` is west, south, east, north in degrees; `begin` and `end` are days, or times with the city's offset."""

    box: Box | None = None
    begin: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Axes:
    """Which columns say where and when; empty where none does. Of several times the first is taken."""

    longitude: str = ""
    latitude: str = ""
    time: str = ""

    @property
    def has_place(self) -> bool:
        return bool(self.longitude and self.latitude)


def axes_of(columns: tuple[OpenColumn, ...]) -> Axes:
    kinds: dict[str, str] = {}
    for column in columns:
        kinds.setdefault("time" if column.kind in ("date", "datetime") else column.kind, column.name)
    return Axes(kinds.get("longitude", ""), kinds.get("latitude", ""), kinds.get("time", ""))


def extent_of(version: DatasetVersion, axes: Axes) -> Extent:
    """Return the extent of a version's rows; an empty one where it has neither place nor time, or no file here."""
    if not (axes.has_place or axes.time):
        return Extent()
    try:
        return _extent(str(places.data_dir() / version.path / places.ROWS), version.sha256, axes)
    except OSError:
        return Extent()


@lru_cache(maxsize=4096)
def _extent(file: str, _sha256: str, axes: Axes) -> Extent:
    bounds = {name: (least, most) for name, least, most in _bounds(pq.read_metadata(file))}
    begin, end = bounds.get(axes.time, (None, None))
    box = None
    if axes.longitude in bounds and axes.latitude in bounds:
        (west, east), (south, north) = bounds[axes.longitude], bounds[axes.latitude]
        box = (float(west), float(south), float(east), float(north))
    return Extent(box, _moment(begin), _moment(end))


def _bounds(told: pq.FileMetaData) -> Iterator[tuple[str, Any, Any]]:
    """Yield the least and the most of each column that says so for all of its values."""
    for place in range(told.num_columns):
        groups = [told.row_group(n).column(place).statistics for n in range(told.num_row_groups)]
        filled = [one for one in groups if one is None or one.num_values]
        if filled and all(one is not None and one.has_min_max for one in filled):
            yield told.schema.column(place).name, min(one.min for one in filled), max(one.max for one in filled)


def _moment(value: Any) -> str:
    match value:
        case datetime():
            return written_datetime(value)
        case date():
            return value.isoformat()
    return ""
