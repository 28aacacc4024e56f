"""Read what is asked of a collection: boxes, times, limits, values. All that comes in is text of strangers."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

from haihe.data.open.faces.asking import Refused
from haihe.data.open.faces.extents import Box
from haihe.data.open.faces.ogc.words import CRS84, EPSG4326, SYSTEMS
from haihe.data.open.store.columns import Value, read_date, read_datetime

MOST_ROWS: Final = 1000
USUAL_ROWS: Final = 10
_LONGEST: Final = 400
_MOST_DIGITS: Final = 9
_INTEGERS: Final = range(-(2**63), 2**63)
_LAST_SECOND: Final = time(23, 59, 59)
_TRUTHS: Final = {"true": True, "false": False}

type Moment = date | datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """From begin to end, both counted in; None is open. A day is a whole day; times are the city's."""

    begin: Moment | None
    end: Moment | None

    def of_days(self) -> tuple[date | None, date | None]:
        return _day(self.begin), _day(self.end)

    def of_times(self) -> tuple[datetime | None, datetime | None]:
        return _time(self.begin, time.min), _time(self.end, _LAST_SECOND)

    def meets(self, begin: str, end: str) -> bool:
        """True where a period told as days or times has something in common with this."""
        if not begin or not end:
            return False
        least, most = self.of_times()
        first, last = Interval(_moment(begin), _moment(end)).of_times()
        return (most is None or first is None or first <= most) and (least is None or last is None or last >= least)


def check_names(told: Mapping[str, str], known: Collection[str]) -> None:
    """Raises: Refused where a parameter is unknown or endless."""
    for name, value in told.items():
        if name not in known and name != "f":
            raise Refused(f"没有参数 {name[:40]}。", f"There is no parameter {name[:40]}.")
        if len(value) > _LONGEST or "\x00" in value:
            raise Refused(f"参数 {name[:40]} 过长，或有不能使用的字符。", f"The value of {name[:40]} can't be used.")
    if told.get("f", "json") not in ("json", "geojson"):
        raise Refused("只提供 JSON（f=json）。", "There is JSON alone (f=json).")


def read_limit(told: Mapping[str, str]) -> int:
    """Read how many are wished for; more than a page holds means a whole page. Raises: Refused."""
    return min(_whole(told, "limit", str(USUAL_ROWS), 1), MOST_ROWS)


def read_offset(told: Mapping[str, str]) -> int:
    """Raises: Refused."""
    return _whole(told, "offset", "0", 0)


def read_system(told: Mapping[str, str], name: str) -> str:
    """Read a reference system. Raises: Refused."""
    system = told.get(name, "") or CRS84
    if system not in SYSTEMS:
        raise Refused(f"{name} 可以是 {CRS84} 或 {EPSG4326}。", f"{name} is {CRS84} or {EPSG4326}.")
    return system


def read_boxes(told: Mapping[str, str]) -> tuple[Box, ...]:
    """Read `bbox`: one box, or two where it goes over the line of the date; none where it isn't given.

    Raises: Refused.
    """
    if "bbox" not in told:
        return ()
    numbers = [_degrees(part) for part in told["bbox"].split(",")]
    if len(numbers) not in (4, 6):
        raise _no_box()
    half = len(numbers) // 2
    west, south, east, north = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    if read_system(told, "bbox-crs") == EPSG4326:
        west, south, east, north = south, west, north, east
    west, east = _within(west, 180), _within(east, 180)
    south, north = _within(south, 90), _within(north, 90)
    if south > north:
        raise _no_box()
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180.0, north), (-180.0, south, east, north))


def read_interval(told: Mapping[str, str]) -> Interval | None:
    """Read `datetime`: a moment, a day, or two with a slash between, either of which may be open. Raises: Refused."""
    if "datetime" not in told:
        return None
    parts = told["datetime"].split("/")
    if len(parts) > 2:
        raise _no_time()
    begin, end = (_open_or(parts[0]), _open_or(parts[1])) if len(parts) == 2 else (_moment(parts[0]),) * 2
    interval = Interval(begin, end)
    least, most = interval.of_times()
    if (len(parts) == 2 and begin is None and end is None) or (least and most and least > most):
        raise _no_time()
    return interval


def read_value(name: str, kind: str, text: str) -> Value:
    """Read a value that a column of this kind may have. Raises: Refused."""
    try:
        match kind:
            case "integer":
                return _checked(int(text), text.isascii() and int(text) in _INTEGERS)
            case "decimal":
                return _checked(float(text), text.isascii() and math.isfinite(float(text)))
            case "date":
                return read_date(text)
            case "datetime":
                return read_datetime(text)
            case "boolean":
                return _TRUTHS[text]
        return text
    except (ValueError, OverflowError, KeyError):
        raise Refused(f"{name[:40]} 的值和它的类型不符。", f"The value of {name[:40]} is of another kind.") from None


def overlap(one: Box, other: Box) -> bool:
    """True where two boxes have something in common."""
    (west, south, east, north), (west_2, south_2, east_2, north_2) = one, other
    return west <= east_2 and west_2 <= east and south <= north_2 and south_2 <= north


def _checked[V](value: V, holds: bool) -> V:
    if not holds:
        raise ValueError(value)
    return value


def _whole(told: Mapping[str, str], name: str, usual: str, least: int) -> int:
    text = told.get(name, "") or usual
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS and int(text) >= least):
        raise Refused(f"{name} 应当是不小于 {least} 的整数。", f"{name} is a whole number from {least}.")
    return int(text)


def _degrees(text: str) -> float:
    try:
        return _checked(float(text), text.isascii() and math.isfinite(float(text)))
    except ValueError:
        raise _no_box() from None


def _within(degrees: float, most: Literal[90, 180]) -> float:
    """Bring what programs ask from beyond the edge of the world back to it."""
    return max(-float(most), min(float(most), degrees))


def _open_or(text: str) -> Moment | None:
    return None if text in ("", "..") else _moment(text)


def _moment(text: str) -> Moment:
    try:
        return read_date(text) if "T" not in text.upper() else read_datetime(text)
    except (ValueError, OverflowError):
        raise _no_time() from None


def _day(moment: Moment | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def _time(moment: Moment | None, of_day: time) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, of_day)


def _no_box() -> Refused:
    return Refused(
        "bbox 应当依次是西、南、东、北四个数（度），也可以带高程写六个。",
        "bbox is west, south, east, north in degrees; six numbers with heights are fine too.",
    )


def _no_time() -> Refused:
    return Refused(
        "datetime 应当是一天（2026-01-31）、一个时刻，或者用“/”隔开的起止，一端可以是“..”。",
        "datetime is a day (2026-01-31), a moment, or begin/end, one of which may be “..”.",
    )
