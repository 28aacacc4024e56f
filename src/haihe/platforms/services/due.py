"""When a case is due: working days of the Chinese calendar, to the end of the last one."""

from datetime import datetime, time

from django.utils import timezone

from haihe.kernel.calendar import CalendarEnded, WorkCalendar

_LAST_SECOND = time(23, 59, 59)


def due_after(now: datetime, working_days: int) -> datetime | None:
    """Return the end of the last working day; None past the calendar's end: a case is taken in all the same."""
    try:
        last = WorkCalendar().add_working_days(timezone.localdate(now), working_days)
    except CalendarEnded:
        return None
    return timezone.make_aware(datetime.combine(last, _LAST_SECOND))
