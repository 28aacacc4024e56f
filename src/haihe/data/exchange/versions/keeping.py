"""Which snapshots a retention keeps: pure, by date alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Retention:
    """Younger than `keep_days`, the newest `keep_newest`, and the last of each month for `keep_months` months."""

    keep_days: int
    keep_newest: int
    keep_months: int


DEFAULT: Final = Retention(keep_days=180, keep_newest=3, keep_months=24)
"""What a city starts with: half a year of everything, two years of months' ends."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot as retention sees it."""

    id: str
    created_at: datetime
    is_current: bool


def to_remove(snapshots: Iterable[Kept], retention: Retention, *, now: datetime) -> list[str]:
    """Return the ids of those whose time is over."""
    newest_first = sorted(snapshots, key=lambda one: one.created_at, reverse=True)
    kept = {one.id for one in newest_first[: retention.keep_newest]}
    kept |= {one.id for one in newest_first if one.is_current}
    kept |= {one.id for one in newest_first if one.created_at > now - timedelta(days=retention.keep_days)}
    kept |= _last_of_months(newest_first, _months_before(timezone.localdate(now), retention.keep_months))
    return [one.id for one in newest_first if one.id not in kept]


def _last_of_months(newest_first: Sequence[Kept], since: tuple[int, int]) -> set[str]:
    last: dict[tuple[int, int], str] = {}
    for one in newest_first:
        day = timezone.localdate(one.created_at)
        last.setdefault((day.year, day.month), one.id)
    return {found for month, found in last.items() if month > since}


def _months_before(day: date, months: int) -> tuple[int, int]:
    year, month0 = divmod(day.year * 12 + day.month - 1 - months, 12)
    return year, month0 + 1
