"""Working days agree with an independent calendar, and counting them behaves like counting."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel import calendar_table
from haihe.kernel.calendar import CalendarEnded, WorkCalendar

CALENDAR = WorkCalendar()
ALL_DAYS = [
    calendar_table.BEGINS_ON + timedelta(days=n)
    for n in range((calendar_table.ENDS_ON - calendar_table.BEGINS_ON).days + 1)
]
# Far enough from both ends for sixty working days.
days = st.dates(calendar_table.BEGINS_ON + timedelta(days=120), calendar_table.ENDS_ON - timedelta(days=120))
working_days = days.filter(CALENDAR.is_working_day)
counts = st.integers(-60, 60)


def test_every_day_agrees_with_an_independent_calendar() -> None:
    differing = [day for day in ALL_DAYS if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)]
    assert differing == []
    assert len(ALL_DAYS) > 8 * 365


def test_the_table_holds_only_what_changes_something() -> None:
    assert all(day.weekday() >= 5 for day in calendar_table.MAKEUP_DAYS)
    assert not calendar_table.MAKEUP_DAYS & calendar_table.HOLIDAYS
    assert all(rest.first <= rest.last and len(rest.days) <= 10 for rest in calendar_table.RESTS)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-23", 10, "2026-12-07"),  # no holiday between
        ("2026-09-24", 1, "2026-09-28"),  # over the Mid-Autumn Festival
        ("2026-09-30", 3, "2026-10-10"),  # National Day, and the Saturday worked for it is counted
        ("2026-02-13", 2, "2026-02-24"),  # a worked Saturday before the Spring Festival
        ("2026-11-21", 1, "2026-11-23"),  # from a Saturday
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-10-10", -1, "2026-10-09"),
    ],
)
def test_deadlines_of_2026(start: str, count: int, end: str) -> None:
    assert CALENDAR.add_working_days(date.fromisoformat(start), count) == date.fromisoformat(end)


@given(day=days, count=counts.filter(bool))
def test_adding_ends_on_a_working_day_on_the_right_side(day: date, count: int) -> None:
    reached = CALENDAR.add_working_days(day, count)
    assert CALENDAR.is_working_day(reached)
    assert (reached > day) == (count > 0)


@given(day=working_days, count=counts)
def test_what_was_added_can_be_taken_away(day: date, count: int) -> None:
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(day, count), -count) == day


@given(day=days, first=st.integers(0, 30), second=st.integers(0, 30))
def test_adding_in_two_parts_is_adding_once(day: date, first: int, second: int) -> None:
    halfway = CALENDAR.add_working_days(day, first)
    assert CALENDAR.add_working_days(halfway, second) == CALENDAR.add_working_days(day, first + second)


@given(day=days, earlier_by=st.integers(0, 40), count=st.integers(0, 60))
def test_who_starts_earlier_is_never_due_later(day: date, earlier_by: int, count: int) -> None:
    earlier = day - timedelta(days=earlier_by)
    assert CALENDAR.add_working_days(earlier, count) <= CALENDAR.add_working_days(day, count)


@given(day=working_days, count=counts)
def test_counting_measures_what_adding_did(day: date, count: int) -> None:
    assert CALENDAR.working_days_between(day, CALENDAR.add_working_days(day, count)) == count


@given(one=days, other=days)
def test_counting_back_is_the_negative(one: date, other: date) -> None:
    assert CALENDAR.working_days_between(one, other) == -CALENDAR.working_days_between(other, one)


@given(day=days)
def test_weekends_and_holidays_are_free_unless_they_are_made_up_for(day: date) -> None:
    free = (day.weekday() >= 5 or day in calendar_table.HOLIDAYS) and day not in calendar_table.MAKEUP_DAYS
    assert CALENDAR.is_working_day(day) is not free


def test_past_its_end_the_calendar_says_so_and_what_to_do() -> None:
    with pytest.raises(CalendarEnded, match=r"2026-12-31.*2027-01-01.*国务院"):
        CALENDAR.add_working_days(date(2026, 12, 25), 10)
    with pytest.raises(CalendarEnded):
        CALENDAR.is_working_day(date(2018, 12, 31))


def test_a_city_may_be_given_another_calendar() -> None:
    friday = date(2027, 1, 1)
    calendar = WorkCalendar(frozenset({friday}), frozenset({date(2027, 1, 2)}), date(2027, 12, 31), friday)
    assert calendar.add_working_days(friday, 1) == date(2027, 1, 2)
