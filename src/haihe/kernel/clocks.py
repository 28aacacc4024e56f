"""Legal clocks as data: so many working days, never more than the law's ceiling, each with its clause.

A locality may promise to be faster, never slower; a slower clock can't be made.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from haihe.kernel.calendar import CalendarEnded, WorkCalendar

_CHINA = WorkCalendar()
_WARN_WORKING_DAYS = 3


class Lamp(StrEnum):
    """红黄灯: how a deadline stands. UNKNOWN: the working-day calendar doesn't reach that far."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Clock:
    """`working_days` is this city's promise, `ceiling` the law's figure."""

    name: str
    working_days: int
    ceiling: int
    clause: str

    def __post_init__(self) -> None:
        if not 1 <= self.working_days <= self.ceiling or not self.clause:
            raise ValueError(f"clock {self.name}: 1 to {self.ceiling} working days and a clause, not {self}")

    def due(self, start: date, *, calendar: WorkCalendar = _CHINA) -> date | None:
        """Return the last day in time for what starts on the day; None if the calendar ends before it."""
        return due_after(start, self.working_days, calendar=calendar)


def due_after(start: date, working_days: int, *, calendar: WorkCalendar = _CHINA) -> date | None:
    """Return the day that many working days on; None if the calendar ends before it."""
    try:
        return calendar.add_working_days(start, working_days)
    except CalendarEnded:
        return None


def working_days_left(due: date, today: date, *, calendar: WorkCalendar = _CHINA) -> int | None:
    """Count the working days after today up to the due day, negative past it; None beyond the calendar's end."""
    try:
        return calendar.working_days_between(today, due)
    except CalendarEnded:
        return None


def lamp(
    due: date | None, today: date, *, warn_working_days: int = _WARN_WORKING_DAYS, calendar: WorkCalendar = _CHINA
) -> Lamp:
    """Return red past the due day, yellow in its last working days, else green."""
    if due is None:
        return Lamp.UNKNOWN
    if today > due:
        return Lamp.RED
    left = working_days_left(due, today, calendar=calendar)
    if left is None:
        return Lamp.UNKNOWN
    return Lamp.YELLOW if left <= warn_working_days else Lamp.GREEN
