"""Working hours as deadlines count them, and spans that end on a day or at a moment."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Final

from haihe.kernel.calendar import WorkCalendar

CHINA_TIME: Final = timezone(timedelta(hours=8))
"""One zone for the whole country, without summer time."""
OFFICE_HOURS: Final = ((time(9), time(12)), (time(13, 30), time(17, 30)))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """A calendar with office hours. All moments are aware; every method raises CalendarEnded past the calendar."""

    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS

    def __post_init__(self) -> None:
        moments = [moment for span in self.hours for moment in span]
        if not moments or any(later <= earlier for earlier, later in pairwise(moments)):
            raise ValueError("office hours follow each other")

    def end_of_day(self, at: datetime, working_days: int) -> datetime:
        """Return the end of the working day that many on; the day itself isn't counted (民法典 第201条)."""
        day = self.calendar.add_working_days(at.astimezone(CHINA_TIME).date(), working_days)
        return datetime.combine(day + _DAY, time(), CHINA_TIME)

    def add(self, at: datetime, span: timedelta) -> datetime:
        """Return the moment at which that much office time has passed. `span` may not be negative."""
        if span < timedelta():
            raise ValueError("time only runs on")
        moment, left = at.astimezone(CHINA_TIME), span
        while True:
            for begin, end in self._spans(moment):
                since = max(begin, moment)
                if end > since and left <= end - since:
                    return since + left
                left -= max(end - since, timedelta())
            moment = datetime.combine(moment.date() + _DAY, time(), CHINA_TIME)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much office time lies between; nothing where end isn't after start."""
        passed = timedelta()
        moment, last = start.astimezone(CHINA_TIME), end.astimezone(CHINA_TIME)
        while moment < last:
            for begin, until in self._spans(moment):
                passed += max(min(until, last) - max(begin, moment), timedelta())
            moment = datetime.combine(moment.date() + _DAY, time(), CHINA_TIME)
        return passed

    def _spans(self, moment: datetime) -> list[tuple[datetime, datetime]]:
        day = moment.date()
        if not self.calendar.is_working_day(day):
            return []
        return [
            (datetime.combine(day, begin, CHINA_TIME), datetime.combine(day, end, CHINA_TIME))
            for begin, end in self.hours
        ]
