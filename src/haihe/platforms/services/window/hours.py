"""When a hall is open: its hours on working days as the calendar counts them (调休 included), or every day."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from haihe.kernel.calendar import CalendarEnded, WorkCalendar
from haihe.platforms.services.window.models import Hall
from haihe.platforms.services.window.models.halls import MINUTES_OF_A_DAY

_LATEST_DAY = 366


def is_open_day(hall: Hall, day: date) -> bool:
    """Say whether the hall opens on that day. Past the announced calendar, nothing but weekends is known."""
    if not hall.is_open:
        return False
    if hall.is_daily:
        return True
    try:
        return WorkCalendar().is_working_day(day)
    except CalendarEnded:
        return day.weekday() < 5


def is_open_at(hall: Hall, now: datetime) -> bool:
    local = timezone.localtime(now)
    minute = minute_of(now)
    return is_open_day(hall, local.date()) and any(begin <= minute < end for begin, end in hall.hours)


def minute_of(now: datetime) -> int:
    """Return the minute of the day in city time."""
    local = timezone.localtime(now)
    return local.hour * 60 + local.minute


def closes_at(hall: Hall, day: date) -> datetime:
    """Return when the last hour of that day ends."""
    return at_minute(day, max((end for _begin, end in hall.hours), default=MINUTES_OF_A_DAY))


def slot_hours(hall: Hall) -> list[int]:
    """Return the hours that lie whole within the opening hours."""
    return [
        hour for hour in range(24) if any(begin <= hour * 60 and hour * 60 + 60 <= end for begin, end in hall.hours)
    ]


def slot_days(hall: Hall, *, today: date, most: int) -> list[date]:
    """Return the next days on which the hall opens, not counting today."""
    found: list[date] = []
    day = today
    while len(found) < most and (day - today).days < _LATEST_DAY:
        day += timedelta(days=1)
        if is_open_day(hall, day):
            found.append(day)
    return found


def at_minute(day: date, minute: int) -> datetime:
    start = timezone.make_aware(datetime.combine(day, time()))
    return start + timedelta(minutes=minute)


def told(minute: int) -> str:
    """Write a minute of the day as people read it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def hours_told(hall: Hall) -> str:
    return " ".join(f"{told(begin)}–{told(end)}" for begin, end in hall.hours)
