"""The portal's sums come from cases and asks, and are the same for everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from haihe.kernel.answers import Answer
from haihe.platforms.services import api
from haihe.platforms.services.testing import NOW, actor, asked, opened, says, unreachable

pytestmark = pytest.mark.django_db


def test_before_the_first_case_all_is_zero() -> None:
    nothing = api.figures(now=NOW)
    assert (nothing.cases, nothing.papers_saved, nothing.trips_saved, nothing.by_day) == (0, 0, 0, ())
    assert nothing.by_answer == {"MATCH": 0, "NO_MATCH": 0, "UNKNOWN": 0, "NONE": 0}


def test_cases_papers_trips_answers_and_days_are_counted() -> None:
    asked("liu", says(Answer.MATCH))
    asked("zhang", says(Answer.NO_MATCH))
    asked("wang", unreachable(), now=NOW + timedelta(days=1))
    sums = api.figures(now=NOW + timedelta(days=1))
    assert (sums.cases, sums.undecided, sums.papers_saved, sums.trips_saved) == (3, 2, 1, 1)
    assert sums.by_answer == {"MATCH": 1, "NO_MATCH": 1, "UNKNOWN": 0, "NONE": 1}
    assert [(day.day.day, day.cases, day.papers_saved) for day in sums.by_day] == [(23, 2, 1), (24, 1, 0)]


def test_counting_costs_four_queries(django_assert_num_queries: Callable) -> None:  # type: ignore[type-arg]  # pytest-django's own
    asked("liu", says(Answer.MATCH))
    with django_assert_num_queries(4):
        api.figures(now=NOW)


def test_a_case_is_told_to_those_who_may_know() -> None:
    number = opened("liu")
    told = api.case_info(actor("liu"), number)
    assert (told.state, told.masked_name, told.answer) == ("SUBMITTED", "刘*远", "")
    assert "housing-fund-relief-withdrawal" in [item.slug for item in api.items()]
