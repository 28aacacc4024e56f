"""Which uses an address asks for; nonsense in it is as if it weren't there."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from haihe.data.open.statistics.queries import Wanted

MOST_DAYS: Final = 366
"""Days of one file."""
_USUAL_DAYS: Final = 30
_LONGEST: Final = 80


def read_wanted(told: Mapping[str, str], *, today: date) -> Wanted:
    """Return what is asked for; the last thirty days where no day is told."""
    until = read_day(told.get("until", "")) or today
    since = read_day(told.get("since", "")) or until - timedelta(days=_USUAL_DAYS - 1)
    if since > until:
        since, until = until, since
    return Wanted(since, until, *(_text(told.get(name, "")) for name in ("owner", "topic", "dataset")))


def read_day(text: str) -> date | None:
    """Return the day that is told as 2026-01-31, None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None


def _text(text: str) -> str:
    # PostgreSQL refuses NUL in text.
    return text.replace("\x00", "")[:_LONGEST]
