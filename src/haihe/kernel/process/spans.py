"""Deadlines of a process's times, and what is left of one when it is stopped."""

from datetime import datetime, time, timedelta

from haihe.kernel.calendar import CalendarEnded
from haihe.kernel.process.definition import Time
from haihe.kernel.working_time import CHINA_TIME, WorkingTime

_HOUR_S = 3600


def due(span: Time, at: datetime, working: WorkingTime) -> datetime | None:
    """Return when a span that begins now is over; None if the calendar of working days ends before."""
    return due_with(span, whole(span), at, working)


def due_with(span: Time, left: int, at: datetime, working: WorkingTime) -> datetime | None:
    """Return when what is left of a span is over: days for spans of days, seconds for spans of hours."""
    try:
        match span.unit:
            case "working_days":
                return working.end_of_day(at, left)
            case "working_hours":
                return working.add(at, timedelta(seconds=left))
            case "days":
                day = at.astimezone(CHINA_TIME).date() + timedelta(days=left + 1)
                return datetime.combine(day, time(), CHINA_TIME)
            case "hours":
                return at + timedelta(seconds=left)
    except CalendarEnded:
        return None


def warn_with(span: Time, left: int, warn: int, at: datetime, working: WorkingTime) -> datetime | None:
    """Return when no more than `warn` units are left of what is left now; `at` where that is so already."""
    if span.unit in {"working_hours", "hours"}:
        return due_with(span, max(left - warn * _HOUR_S, 0), at, working)
    # The last `warn` days begin when the day before them ends.
    before = left - warn - 1
    return due_with(span, before, at, working) if before >= 0 else at


def left(span: Time, at: datetime, due_at: datetime, working: WorkingTime) -> int:
    """Return what is left of a span at a moment before its end. Raises: CalendarEnded."""
    last_day = (due_at.astimezone(CHINA_TIME) - timedelta(microseconds=1)).date()
    today = at.astimezone(CHINA_TIME).date()
    match span.unit:
        case "working_days":
            return working.calendar.working_days_between(today, last_day)
        case "working_hours":
            return int(working.between(at, due_at).total_seconds())
        case "days":
            return (last_day - today).days
        case "hours":
            return int((due_at - at).total_seconds())


def whole(span: Time) -> int:
    """Return all of a span in the unit that `left` counts."""
    return span.count * _HOUR_S if span.unit in {"hours", "working_hours"} else span.count
