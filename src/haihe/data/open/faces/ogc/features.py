"""The rows of a dataset with places, as features: read from its store, bounded, a page behind a cursor."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from haihe.data.open.faces.asking import Refused
from haihe.data.open.faces.extents import Axes, Box
from haihe.data.open.faces.ogc import asking
from haihe.data.open.faces.ogc.asking import Interval
from haihe.data.open.faces.ogc.words import EPSG4326
from haihe.data.open.store import Query, Store
from haihe.data.open.store.columns import ROW_ID, Column
from haihe.data.open.store.cursors import read_cursor
from haihe.data.open.store.pages import Row
from haihe.data.open.store.tree import ID, All, Comparison, Condition, Either, Within

LIMIT_S: Final = 3.0
PARAMETERS: Final = ("bbox", "bbox-crs", "crs", "cursor", "datetime", "limit")
_MOST_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that is asked for; `system` is that of the answer."""

    query: Query
    system: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of features as GeoJSON; `next` is the cursor of the page behind it, if any."""

    features: list[dict[str, Any]]
    matched: int
    next: str | None


def read_asked(told: Mapping[str, str], columns: Sequence[Column], axes: Axes) -> Asked:
    """Raises: Refused, WrongQuery (a cursor that isn't one)."""
    values = {column.name: column for column in queryables(columns)}
    asking.check_names(told, {*PARAMETERS, *values})
    parts = [
        *_in_boxes(asking.read_boxes(told), columns, axes),
        *_in_time(asking.read_interval(told), columns, axes),
        *(
            Comparison(columns.index(column), "=", asking.read_value(name, column.kind, told[name]))
            for name, column in values.items()
            if name in told and name not in PARAMETERS
        ),
    ]
    where = All(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None
    after = read_cursor(told["cursor"], []) if told.get("cursor") else None
    query = Query(where=where, limit=asking.read_limit(told), after=after, count=True)
    return Asked(query, asking.read_system(told, "crs"))


def find(store: Store, asked: Asked, axes: Axes) -> Found:
    """Return a page of features. Raises: TooCostly."""
    page = store.page(asked.query, limit_s=LIMIT_S)
    features = [feature(row, page.columns, axes, asked.system) for row in page.rows]
    return Found(features, page.total or 0, page.next)


def find_one(store: Store, number: str, axes: Axes, system: str) -> dict[str, Any] | None:
    """Return the feature of a row id, or None."""
    if not (number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS):
        return None
    page = store.page(Query(where=Comparison(ID, "=", int(number)), limit=1), limit_s=LIMIT_S)
    return feature(page.rows[0], page.columns, axes, system) if page.rows else None


def feature(row: Row, columns: Iterable[Column], axes: Axes, system: str) -> dict[str, Any]:
    """Return a row as GeoJSON: where it is as its geometry, all else as properties."""
    properties = {column.name: value for column, value in zip(columns, row[1:], strict=True)}
    place = (properties.pop(axes.longitude, None), properties.pop(axes.latitude, None))
    geometry = None if None in place else {"type": "Point", "coordinates": in_system(place, system)}
    return {"type": "Feature", "id": row[0], "geometry": geometry, "properties": properties}


def in_system[N](place: tuple[N, N], system: str) -> tuple[N, N]:
    """Return longitude and latitude in the order of the reference system."""
    return place[::-1] if system == EPSG4326 else place


def queryables(columns: Iterable[Column]) -> list[Column]:
    """Return the columns that may be asked for a value: all but places, for which there is the box."""
    return [column for column in columns if column.kind not in ("longitude", "latitude") and column.name != ROW_ID]


def _in_boxes(boxes: Sequence[Box], columns: Sequence[Column], axes: Axes) -> Iterable[Condition]:
    if not boxes:
        return ()
    east, north = _place_of(axes.longitude, columns), _place_of(axes.latitude, columns)
    parts = tuple(Within(east, north, *box) for box in boxes)
    return (parts[0] if len(parts) == 1 else Either(parts),)


def _in_time(interval: Interval | None, columns: Sequence[Column], axes: Axes) -> Iterable[Condition]:
    """Raises: Refused where nothing says when."""
    if interval is None:
        return ()
    if not axes.time:
        raise Refused("这个数据集没有日期或时间，不能按 datetime 查。", "Nothing here has a date or a time to ask for.")
    place = _place_of(axes.time, columns)
    begin, end = interval.of_days() if columns[place].kind == "date" else interval.of_times()
    least = [Comparison(place, ">=", begin)] if begin is not None else []
    return [*least, *([Comparison(place, "<=", end)] if end is not None else [])]


def _place_of(name: str, columns: Sequence[Column]) -> int:
    return next(place for place, column in enumerate(columns) if column.name == name)


def stamp(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
