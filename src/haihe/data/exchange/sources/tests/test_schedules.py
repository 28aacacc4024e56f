"""When a source is due, in the city's time."""

from datetime import datetime

import pytest

from haihe.data.exchange.sources.schedules import CITY, ScheduleRefused, check_schedule, next_due

NOW = datetime(2026, 9, 30, 10, 0, tzinfo=CITY)


def due(line: str, *, working_days: bool = False) -> str:
    moment = next_due(line, working_days=working_days, after=NOW)
    return f"{moment.astimezone(CITY):%m-%d %H:%M}" if moment else ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [("", ""), ("0 2 * * *", "10-01 02:00"), ("30 10 * * *", "09-30 10:30"), ("0 3 * * 1", "10-05 03:00")],
)
def test_the_next_moment_is_after_now(line: str, expected: str) -> None:
    assert due(line) == expected


def test_on_working_days_a_holiday_is_passed_over() -> None:
    assert due("0 2 * * *", working_days=True) == "10-08 02:00"


def test_a_working_weekend_counts() -> None:
    saturday = datetime(2026, 10, 9, 10, 0, tzinfo=CITY)
    moment = next_due("0 2 * * *", working_days=True, after=saturday)
    assert moment is not None
    assert f"{moment:%m-%d}" == "10-10"


@pytest.mark.parametrize(
    "line", ["* * * * *", "*/2 * * * *", "0 2 * *", "a b c d e", "0 0 30 2 *", "@daily", "0 0 0 0 0 0", "61 * * * *"]
)
def test_what_is_no_schedule_or_too_dense_is_refused(line: str) -> None:
    with pytest.raises(ScheduleRefused):
        check_schedule(line, now=NOW)


@pytest.mark.parametrize("line", ["", "*/5 * * * *", "0 6,12,18 * * *", "0 4 1 * *"])
def test_what_is_a_schedule_is_taken(line: str) -> None:
    check_schedule(line, now=NOW)
