"""Office hours as deadlines count them."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.working_time import CHINA_TIME, WorkingTime

WORKING = WorkingTime()


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA_TIME)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (moment(23, 9), 1, moment(23, 10)),
        (moment(23, 11), 2, moment(23, 14, 30)),
        (moment(23, 7), 3, moment(23, 12)),
        (moment(23, 17), 1, moment(24, 9, 30)),
        (moment(27, 17), 1, moment(30, 9, 30)),
        (moment(28, 10), 7, moment(30, 17, 30)),
    ],
)
def test_only_office_hours_count(start: datetime, hours: int, end: datetime) -> None:
    assert WORKING.add(start, timedelta(hours=hours)) == end


def test_a_day_ends_with_its_midnight() -> None:
    assert WORKING.end_of_day(moment(27, 10), 1) == datetime(2026, 12, 1, tzinfo=CHINA_TIME)


@given(st.integers(0, 200 * 24 * 3600), st.integers(0, 100 * 3600))
def test_what_was_added_lies_between(later_s: int, seconds: int) -> None:
    begun, span = datetime(2026, 3, 1, tzinfo=CHINA_TIME) + timedelta(seconds=later_s), timedelta(seconds=seconds)

    assert WORKING.between(begun, WORKING.add(begun, span)) == span


def test_hours_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="follow each other"):
        WorkingTime(hours=((time(9), time(12)), (time(11), time(13))))


def test_time_only_runs_on() -> None:
    with pytest.raises(ValueError, match="runs on"):
        WORKING.add(moment(23, 9), timedelta(seconds=-1))
