"""The front page tells live figures, says what isn't connected yet, and leads each kind of person to their work."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from haihe.base.ledger.testing import append_records
from haihe.city import api as city
from haihe.web.portal import portal_page

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_an_empty_city_tells_zeros_and_what_is_missing(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "区划数据尚未载入" in page.text
    assert "尚未接入" in page.text
    assert "最近 30 天还没有核验" in page.text


def test_answers_are_counted_by_kind_and_day() -> None:
    append_records(3)
    append_records(1, answer="UNKNOWN", reason="SOURCE_STALE")
    page = portal_page(now=NOW)
    assert [figure.value for figure in page.answers[:3]] == [3, 0, 1]
    assert page.answers[0].hint == "占 75%"
    assert (page.days[-1].match, page.days[-1].unknown, len(page.days)) == (3, 1, 30)


def test_figures_are_kept_for_a_moment(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    city.load_reference_data()
    portal_page(now=NOW)
    with django_assert_num_queries(0):
        portal_page(now=NOW)


def test_all_districts_stand_in_the_map_and_in_the_table(client: Client) -> None:
    city.load_reference_data()
    page = portal_page(now=NOW)
    assert len(page.districts) == 16
    assert sum(district.streets for district in page.districts) == 299
    assert sum(district.communities for district in page.districts) == 5617
    assert client.get("/").text.count('<td class="num">') == 32


def test_the_story_is_entered_by_a_click_in_the_demo_only(client: Client, settings: Settings) -> None:
    assert 'value="liu"' not in client.get("/").text
    settings.HAIHE = replace(settings.HAIHE, demo=True)
    assert 'value="liu"' in client.get("/").text


def test_the_old_address_of_the_search_leads_to_the_one_there_is(client: Client) -> None:
    answer = client.get("/search/", {"q": "民政 局"})
    assert (answer.status_code, answer["Location"]) == (301, "/services/search/?q=%E6%B0%91%E6%94%BF+%E5%B1%80")
    assert client.get("/search/")["Location"] == "/services/search/"
    assert 'action="/services/search/"' in client.get("/").text
