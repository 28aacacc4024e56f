"""The scoreboard tells whose data is updated within the cycle that its entry promises, to the day."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.utils import timezone

from haihe.data.catalogue import api as catalogue
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.testing import publish_entry
from haihe.data.sharing.models import DataArrival
from haihe.data.sharing.operations.scoring import refresh_scoreboard
from haihe.data.sharing.queries import scoreboard
from haihe.data.sharing.testing import NOW, cast_actor
from haihe.kernel.calendar import WorkCalendar

pytestmark = pytest.mark.django_db
OWNER = "120012"
NAMES = ("updates_in_time", "updates_late", "updates_overdue")
START = datetime(2026, 8, 3, 2, 0, tzinfo=NOW.tzinfo)
CALENDAR = WorkCalendar()
CYCLES = {"DAILY": 1, "REALTIME": 1, "WEEKLY": 7}


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def fed(code: str, *days: date) -> None:
    for number, day in enumerate(days):
        name = f"{code}-{day}-{number}-{DataArrival.objects.count()}"
        DataArrival.objects.create(snapshot=name, resource=code, as_of=noon(day), heard_at=noon(day))


def figures(today: date, period: str = "all") -> list[int]:
    refresh_scoreboard(now=noon(today))
    mine = scoreboard.scores(period).get(OWNER, {})
    return [int(mine.get(name, 0)) for name in NAMES]


@pytest.fixture
def monthly() -> str:
    return publish_entry(now=START)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (date(2026, 8, 5), date(2026, 9, 4), [1, 0, 0]),
        # A month after Friday 4 September is Sunday 4 October, in the holidays: the first working day is the 8th.
        (date(2026, 9, 4), date(2026, 10, 8), [1, 0, 0]),
        (date(2026, 9, 4), date(2026, 10, 9), [0, 1, 0]),
    ],
)
def test_a_month_is_a_month_and_moves_to_a_working_day(
    monthly: str, first: date, second: date, expected: list[int]
) -> None:
    fed(monthly, first, second)
    assert figures(second) == expected


def test_nothing_new_is_overdue_from_the_day_after_on_and_counts_where_it_was_due(monthly: str) -> None:
    fed(monthly, date(2026, 8, 10))
    assert figures(date(2026, 9, 10)) == [0, 0, 0]
    assert figures(date(2026, 9, 11)) == [0, 0, 1]
    assert figures(date(2026, 11, 11), "2026-09") == [0, 0, 1]
    assert figures(date(2026, 11, 11), "2026-11") == [0, 0, 0]


def test_what_comes_late_is_late_in_its_own_month_and_no_longer_overdue(monthly: str) -> None:
    fed(monthly, date(2026, 8, 10), date(2026, 10, 20))
    assert figures(date(2026, 10, 20), "2026-10") == [0, 1, 0]
    assert figures(date(2026, 10, 20), "2026-09") == [0, 0, 0]


def test_several_feeds_of_a_day_are_one_update_and_the_first_owes_nothing(monthly: str) -> None:
    fed(monthly, *[date(2026, 8, 10)] * 3)
    assert figures(date(2026, 8, 10)) == [0, 0, 0]
    fed(monthly, date(2026, 8, 20), date(2026, 8, 20))
    assert figures(date(2026, 8, 20)) == [1, 0, 0]


def test_an_entry_that_was_never_fed_here_or_is_retired_owes_nothing(monthly: str) -> None:
    assert figures(date(2026, 11, 11)) == [0, 0, 0]
    fed(monthly, date(2026, 8, 10))
    catalogue.move_resource(actor=cast_actor("operator"), code=monthly, name="retire", now=NOW, words="划出")
    assert figures(date(2026, 11, 11)) == [0, 0, 0]


@pytest.mark.parametrize("cycle", sorted(CYCLES))
def test_days_and_weeks_mean_the_same_as_by_the_calendar_day_by_day(cycle: str) -> None:
    code = publish_entry(replace(RELIEF_REGISTER, update_cycle=cycle), now=START)
    assert Resource.objects.get().update_cycle == cycle
    random, day, days = Random(len(cycle)), date(2026, 8, 4), list[date]()  # noqa: S311 - not for secrets
    while day < date(2026, 11, 20):
        days.append(day)
        day += timedelta(days=random.choice([1, 1, 2, 3, 6, 7, 8, 11]))
    fed(code, *days)
    in_time = sum(_due(before, CYCLES[cycle]) >= after for before, after in pairwise(days))
    today = date(2026, 11, 21)
    overdue = int(_due(days[-1], CYCLES[cycle]) < today)
    assert figures(today) == [in_time, len(days) - 1 - in_time, overdue]
    assert 0 < in_time < len(days) - 1


def _due(day: date, cycle: int) -> date:
    due = day + timedelta(days=cycle)
    while not CALENDAR.is_working_day(due):
        due += timedelta(days=1)
    return due
