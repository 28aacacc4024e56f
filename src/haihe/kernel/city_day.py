"""Days of the city as numbers, for what counts by days many times a second."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_CITY_OFFSET_S = 8 * 3600  # Asia/Shanghai has had no summer time since 1991
_DAY_S = 86_400


def day_of(now: float) -> int:
    """Return the number of the city's day."""
    return int(now + _CITY_OFFSET_S) // _DAY_S


@lru_cache(maxsize=4)
def date_of(day: int) -> str:
    """Return the date (YYYY-MM-DD) of a day's number."""
    return (datetime.fromtimestamp(0, UTC) + timedelta(days=day)).date().isoformat()


def seconds_left(now: float) -> int:
    """Return how long the city's day still lasts, at least a second."""
    return _DAY_S - int(now + _CITY_OFFSET_S) % _DAY_S
