"""When a source is due: a cron line in the city's time, on working days only where its steward says so."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter

from haihe.kernel.calendar import CalendarEnded, WorkCalendar

CITY: Final = ZoneInfo("Asia/Shanghai")
_FIELDS: Final = 5
_LOOK_AHEAD: Final = timedelta(days=366)
_LEAST: Final = timedelta(minutes=5)
_SEEN: Final = 12


class ScheduleRefused(ValueError):
    """No cron line, or one that comes more often than every five minutes, or never."""


def check_schedule(line: str, *, now: datetime) -> None:
    """Raises: ScheduleRefused."""
    if not line:
        return
    moments = [now]
    for _ in range(_SEEN):
        following = next_due(line, working_days=False, after=moments[-1])
        if following is None:
            raise ScheduleRefused
        moments.append(following)
    gaps = [later - earlier for earlier, later in pairwise(moments[1:])]
    if min(gaps) < _LEAST:
        raise ScheduleRefused


def next_due(line: str, *, working_days: bool, after: datetime) -> datetime | None:
    """Return the line's next moment after `after`; None where there is no line. Raises: ScheduleRefused."""
    if not line:
        return None
    if len(line.split()) != _FIELDS:
        raise ScheduleRefused
    try:
        moments = croniter(line, after.astimezone(CITY), ret_type=datetime, max_years_between_matches=1)
        while True:
            moment: datetime = moments.get_next(datetime)
            if moment - after >= _LOOK_AHEAD:
                return None
            if not working_days or _is_working_day(moment):
                return moment
    except (CroniterError, ValueError, KeyError):
        raise ScheduleRefused from None


def _is_working_day(moment: datetime) -> bool:
    """Past the end of the known calendar every day counts, rather than none."""
    try:
        return WorkCalendar().is_working_day(moment.date())
    except CalendarEnded:
        return True
