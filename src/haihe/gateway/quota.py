"""How often each grant was used today. The day is the city's."""

from collections.abc import Mapping
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


class Quotas:
    """Answers given per grant in the current day. Not shared between threads."""

    def __init__(self, *, day: int = 0, used: Mapping[str, int] | None = None) -> None:
        self._day = day
        self._used = dict(used or {})

    def used(self, grant: str, *, day: int) -> int:
        if day != self._day:
            self._day, self._used = day, {}
        return self._used.get(grant, 0)

    def count(self, grant: str, *, day: int, answers: int = 1) -> int:
        """Count answers and return the day's sum."""
        total = self._used[grant] = self.used(grant, day=day) + answers
        return total
