"""Several lookups on one page: only what one chose, at most eight, each asked by itself and recorded."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.models import User
from haihe.platforms.services.lookups import adapters, overview
from haihe.platforms.services.lookups.models import LookupTry
from haihe.platforms.services.lookups.testing import is_away, knows_nobody, plain, tells

pytestmark = pytest.mark.django_db
SOME = ["housing-fund-balance", "relief-status"]
SLUGS = [lookup.slug for lookup in overview.choices()]


@pytest.fixture(autouse=True)
def _register() -> Iterator[None]:
    adapters.use_querier(tells(balance_yuan="38416.72"))
    yield
    adapters.use_querier(None)


@pytest.fixture
def phone(liu: User) -> Client:
    client = Client()
    client.force_login(liu)
    return client


def asked(phone: Client, *slugs: str) -> tuple[int, str]:
    answer = phone.post(reverse("services:lookups-overview"), {"lookup": slugs})
    return answer.status_code, plain(answer.content)


def test_only_a_citizen_who_signed_in_has_an_overview(phone: Client) -> None:
    assert Client().get(reverse("services:lookups-overview")).status_code == 302
    page = plain(phone.get(reverse("services:lookups-overview")).content)
    assert "我的一览" in page
    assert 'value="housing-fund-balance"' in page
    assert not LookupTry.objects.exists()


def test_what_was_chosen_is_asked_and_shown_with_source_and_record(phone: Client) -> None:
    status, page = asked(phone, *SOME)
    assert status == 200
    assert sorted(LookupTry.objects.values_list("slug", flat=True)) == SOME
    assert "38,416.72" in page
    assert "来自120040，截至" in page
    assert reverse("services:my-data") in page


def test_no_more_than_eight_are_asked_and_nothing_that_wants_typing(phone: Client) -> None:
    asked(phone, "child-enrolment", "castle", *SLUGS)
    assert LookupTry.objects.count() == overview.MOST_AT_ONCE
    assert not LookupTry.objects.filter(slug="child-enrolment").exists()


def test_whoever_asks_too_often_keeps_what_came_and_is_told_why(phone: Client) -> None:
    asked(phone, *SLUGS[:8])
    status, page = asked(phone, *SLUGS[8:16])
    assert status == 429
    assert LookupTry.objects.count() == 12
    assert page.count('class="card" aria-labelledby="of-') == 4


def test_nobody_on_the_register_and_no_connection_are_told_beside_the_others(phone: Client) -> None:
    adapters.use_querier(knows_nobody())
    assert "没有查到登记" in asked(phone, *SOME)[1]
    adapters.use_querier(is_away())
    assert "暂时连接不上" in asked(phone, *SOME)[1]


def test_nothing_chosen_says_so(phone: Client) -> None:
    assert "还没有选" in asked(phone)[1]
