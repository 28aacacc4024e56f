"""Public figures tell how services were rated and never who rated."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts import demo as people
from haihe.base.accounts.api import SIGNED_OUT
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST
from haihe.platforms.services.items.api import load_items, shipped
from haihe.platforms.services.ratings import demo, figures
from haihe.platforms.services.ratings.figures import FEWEST_SHOWN, By, Counted, board, protect
from haihe.platforms.services.ratings.models import LowRating, Rating, RatingWeek
from haihe.platforms.services.ratings.testing import BODY, NOW, invited, judge, rated
from haihe.platforms.services.ratings.workflow import LowState

NEXT_WEEK = NOW + timedelta(days=7)


def counted(key: str, *, low: int, others: int, body: str = BODY) -> Counted:
    return Counted(body, key, low + others, others, 0, 0, low)


def test_few_ratings_show_nothing() -> None:
    (row,) = protect([counted("a", low=1, others=3)])
    assert (row.rated, row.satisfied, row.low) == (None, None, None)


def test_few_low_ones_show_that_they_are_few_and_at_least_how_many_were_satisfied() -> None:
    (row,) = protect([counted("a", low=1, others=19)])
    assert (row.rated, row.low, row.satisfied, row.is_at_least) == (20, None, 80, True)


def test_none_low_and_many_low_are_told() -> None:
    none, many = protect([counted("a", low=0, others=20), counted("b", low=10, others=10)])
    assert (none.low, none.satisfied, none.is_at_least) == (0, 100, False)
    assert (many.low, many.satisfied) == (10, 50)


def test_one_hidden_row_has_company() -> None:
    """The body's own total is public: the one that is missing could be worked out."""
    rows = [counted("a", low=0, others=3), counted("b", low=0, others=9), counted("c", low=0, others=90)]
    assert [row.rated for row in protect(rows)] == [None, None, 90]
    lows = [counted("a", low=1, others=30), counted("b", low=6, others=30), counted("c", low=9, others=30)]
    assert [(row.low, row.satisfied) for row in protect(lows)] == [(None, 87), (None, None), (9, 77)]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 40)), min_size=1, max_size=6))
def test_nobody_can_work_out_a_small_number(told: list[tuple[int, int]]) -> None:
    rows = [counted(str(n), low=low, others=others) for n, (low, others) in enumerate(told)]
    shown = protect(rows)
    for row, seen in zip(rows, shown, strict=True):
        assert seen.rated in (None, row.rated)
        assert seen.rated is None or seen.rated >= FEWEST_SHOWN
        assert seen.low in (None, row.low)
        assert seen.low is None or seen.low == 0 or seen.low >= FEWEST_SHOWN
        if seen.satisfied is not None and seen.is_at_least:
            assert seen.satisfied * row.rated <= 100 * (row.rated - row.low)
            assert seen.satisfied == 100 * (row.rated - (FEWEST_SHOWN - 1)) // row.rated
    hidden = [row for row, seen in zip(rows, shown, strict=True) if seen.rated is None and row.rated]
    told_ones = [row for row, seen in zip(rows, shown, strict=True) if seen.rated is not None]
    assert len(hidden) != 1 or not told_ones or any(row.rated == 0 for row in rows) or not hidden


@pytest.mark.django_db
def test_only_weeks_that_are_over_count() -> None:
    judge()
    for number in range(6):
        rated(invited(f"GJJ-{number}"), 5, by=SIGNED_OUT)
    assert board(By.DEPARTMENT, weeks=12, now=NOW).rows == ()
    found = board(By.DEPARTMENT, weeks=12, now=NEXT_WEEK)
    assert [(row.body, row.rated) for row in found.rows] == [(BODY, 6)]
    assert (found.total.rated, found.weeks[0].satisfied) == (6, 100)


@pytest.mark.django_db
def test_a_week_begins_on_monday_in_the_city() -> None:
    sunday_night = datetime(2026, 11, 29, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    for minute in range(5):
        rated(invited(f"GJJ-{minute}", now=NOW), 5, by=SIGNED_OUT, now=sunday_night)
    assert str(RatingWeek.objects.get().week) == "2026-11-23"
    assert board(By.ITEM, weeks=12, now=sunday_night + timedelta(minutes=2)).total.rated == 5


@pytest.mark.django_db
def test_by_item_and_window_and_an_upheld_appeal_does_not_count() -> None:
    judge()
    for number in range(12):
        window = "1号窗口" if number % 2 else ""
        rated(invited(f"GJJ-{number}", window=window), 1 if number < 6 else 5, by=SIGNED_OUT)
    assert [row.key for row in board(By.WINDOW, weeks=12, now=NEXT_WEEK).rows] == ["1号窗口"]
    (item,) = board(By.ITEM, weeks=12, now=NEXT_WEEK).rows
    assert (item.rated, item.low, item.satisfied) == (12, 6, 50)
    LowRating.objects.filter(pk=LowRating.objects.first().pk).update(  # type: ignore[union-attr]  # six were opened
        state=LowState.EXCLUDED, ended_at=NOW
    )
    assert board(By.ITEM, weeks=12, now=NEXT_WEEK).handling.low == 5


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?by=item", "?by=window&weeks=52", "?by=item&body=120040", "?by=<x>&weeks=-1"])
def test_everybody_sees_the_page_and_its_file(query: str) -> None:
    for number in range(6):
        rated(invited(f"GJJ-{number}", now=timezone.now() - timedelta(days=8)), 5, by=SIGNED_OUT,
              now=timezone.now() - timedelta(days=7))  # fmt: skip
    page = Client().get(reverse("ratings:figures") + query)
    assert page.status_code == 200
    file = b"".join(Client().get(reverse("ratings:figures-file") + query))
    assert "评价次数" in file.decode()


@pytest.mark.django_db
def test_without_ratings_the_page_says_when_there_will_be_some() -> None:
    assert "还没有评价" in Client().get(reverse("ratings:figures")).content.decode()


@pytest.mark.django_db
def test_the_page_asks_as_often_whatever_there_is(django_assert_max_num_queries: object) -> None:
    load_items([item for item in shipped() if item.authority == "120040"])
    people.plant(CAST, now=timezone.now(), keyring=keyring())
    demo.plant(scale=1, now=timezone.now(), progress=lambda what, share: None)
    with django_assert_max_num_queries(14):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        assert Client().get(reverse("ratings:figures") + "?by=item").status_code == 200


@pytest.mark.django_db
def test_the_demo_is_the_same_each_time_and_planted_once() -> None:
    load_items([item for item in shipped() if item.authority == "120040"])
    now = timezone.now()
    people.plant(CAST, now=now, keyring=keyring())
    for _time in range(2):
        demo.plant(scale=1, now=now, progress=lambda what, share: None)
    assert Rating.objects.count() == len(list(demo._past(now))) + 1
    under_way = LowRating.objects.get(ended_at=None)
    assert (under_way.state, under_way.assigned_name) == ("VERIFIED", "赵国栋")
    assert {rating.words for rating in Rating.objects.exclude(words="")} == {demo._WORDS}
    found = figures.board(By.ITEM, weeks=12, now=now)
    assert found.total.rated
    assert found.rows
