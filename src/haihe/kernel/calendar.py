"""Working days as the law counts them: weekends and public holidays are none, 调休 weekends are.

The day on which something happens is not counted; the clock starts on the next working day.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from haihe.kernel import calendar_table

_ONE_DAY = timedelta(days=1)


class CalendarEnded(ValueError):
    """The State Council's notice that covers this day isn't in the table yet (or the day lies before the table)."""

    def __init__(self, day: date, *, begins_on: date, ends_on: date) -> None:
        super().__init__(
            f"工作日历只覆盖 {begins_on.isoformat()} 至 {ends_on.isoformat()}，无法计算到 {day.isoformat()}。"
            "请按国务院办公厅最新的节假日安排通知补充日历后重试。"
        )
        self.day, self.ends_on = day, ends_on


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Without arguments, the calendar of China as far as it is announced. Every method raises CalendarEnded past it."""

    holidays: frozenset[date] = field(default=calendar_table.HOLIDAYS, repr=False)
    makeup_days: frozenset[date] = field(default=calendar_table.MAKEUP_DAYS, repr=False)
    ends_on: date = calendar_table.ENDS_ON
    begins_on: date = calendar_table.BEGINS_ON

    def is_working_day(self, day: date) -> bool:
        if not self.begins_on <= day <= self.ends_on:
            raise CalendarEnded(day, begins_on=self.begins_on, ends_on=self.ends_on)
        return day in self.makeup_days or (day.weekday() < 5 and day not in self.holidays)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the count-th working day after the day, or before it where count is negative; 0 is the day itself."""
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after start up to and with end; negative where end lies before start."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
