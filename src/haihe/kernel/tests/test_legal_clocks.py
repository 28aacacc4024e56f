"""Clocks are never slower than the law, and their lamps tell how a deadline stands."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.clocks import Clock, Lamp, lamp, working_days_left

ANSWER = Clock("answer", 10, 10, "第二十一条")
MONDAY = date(2026, 11, 23)


def test_the_due_day_is_counted_in_working_days() -> None:
    assert ANSWER.due(MONDAY) == date(2026, 12, 7)


def test_past_the_calendar_there_is_no_due_day_and_no_crash() -> None:
    assert ANSWER.due(date(2026, 12, 25)) is None
    assert lamp(None, date(2027, 1, 4)) is Lamp.UNKNOWN
    assert working_days_left(date(2027, 1, 8), date(2027, 1, 4)) is None
    assert lamp(date(2026, 12, 31), date(2027, 1, 4)) is Lamp.RED


@pytest.mark.parametrize("days", [0, -1, 11])
def test_a_clock_slower_than_the_law_cannot_be_made(days: int) -> None:
    with pytest.raises(ValueError, match="clock answer"):
        Clock("answer", days, 10, "第二十一条")


@given(start=st.dates(date(2024, 1, 1), date(2026, 9, 1)), days=st.integers(1, 20), faster_by=st.integers(0, 19))
def test_a_faster_promise_is_never_due_later(start: date, days: int, faster_by: int) -> None:
    faster = Clock("faster", max(days - faster_by, 1), 20, "x").due(start)
    slower = Clock("slower", days, 20, "x").due(start)
    assert faster is not None
    assert slower is not None
    assert faster <= slower


@given(due=st.dates(date(2024, 1, 1), date(2026, 9, 1)), ahead=st.integers(-30, 60))
def test_lamps_go_from_green_over_yellow_to_red(due: date, ahead: int) -> None:
    order = [Lamp.GREEN, Lamp.YELLOW, Lamp.RED]
    today, tomorrow = due - timedelta(days=ahead), due - timedelta(days=ahead - 1)
    assert order.index(lamp(due, today)) <= order.index(lamp(due, tomorrow))
    assert (lamp(due, today) is Lamp.RED) == (ahead < 0)
