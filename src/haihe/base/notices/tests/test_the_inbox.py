"""The bell counts, the inbox tells, a line leads to its thing; citizens find theirs on their own page."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import actor_for
from haihe.base.accounts.testing import make_user
from haihe.base.notices import operations
from haihe.base.notices.api import Desk, Facts
from haihe.base.notices.models import Notice
from haihe.base.notices.words import _said, words

pytestmark = pytest.mark.django_db
INBOX = reverse("notices:inbox")


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    @words("test.due")
    def due(facts: Facts) -> str:
        return f"第 {facts['n']} 件将到期"

    yield
    del _said["test.due"]


def browser(username: str, *memberships: tuple[str, str]) -> Browser:
    browser = Browser()
    browser.force_login(make_user(username, *memberships))
    return browser


def tell(count: int) -> None:
    now = timezone.now() - timedelta(minutes=1)
    for n in range(count):
        facts = {"n": n}
        operations.tell(to=[Desk("STEWARD", "120012")], kind="test.due", key=str(n), facts=facts, path=INBOX, now=now)


def test_the_bell_counts_what_is_unread_and_a_line_leads_on() -> None:
    tell(2)
    steward = browser("steward", ("STEWARD", "120012"))
    page = steward.get(INBOX).content.decode()
    assert "第 1 件将到期" in page
    assert page.count("条未读") == 1
    follow = reverse("notices:follow", args=[Notice.objects.latest("id").pk])
    assert steward.head(follow).status_code == 302
    assert steward.get(INBOX).content.decode().count("未读</") == 2 + 1
    assert steward.get(follow)["Location"] == INBOX
    assert steward.get(INBOX).content.decode().count("未读</") == 1 + 1
    assert steward.post(reverse("notices:read")).status_code == 302
    assert "未读" not in steward.get(INBOX).content.decode()


def test_a_demos_people_have_read_all_but_the_newest_and_visitors_readings_stay_theirs() -> None:
    tell(5)
    steward = browser("steward", ("STEWARD", "120012"))
    actors = [actor_for("steward", now=timezone.now())]
    assert operations.mark_read_but_newest(actors=actors, newest=2, now=timezone.now()) == 3
    assert steward.get(INBOX).context["unread"] == 2
    tell(9)
    assert operations.mark_read_but_newest(actors=actors, newest=2, now=timezone.now()) == 0, "planted again"
    assert steward.get(INBOX).context["unread"] == 6


def test_an_empty_inbox_says_what_will_come() -> None:
    page = browser("steward", ("STEWARD", "120012")).get(INBOX).content.decode()
    assert "没有提醒" in page
    assert "条未读" not in page


def test_anothers_notice_is_not_there() -> None:
    tell(1)
    stranger = browser("stranger", ("STEWARD", "120030"))
    assert stranger.get(reverse("notices:follow", args=[Notice.objects.get().pk])).status_code == 404
    assert "第 0 件" not in stranger.get(INBOX).content.decode()


def test_citizens_have_a_link_and_strangers_nothing() -> None:
    bell = f'href="{INBOX}"'
    assert bell in browser("steward", ("STEWARD", "120012")).get("/").content.decode()
    citizen = browser("citizen", ("CITIZEN", ""))
    assert bell not in citizen.get("/services/").content.decode()
    assert bell in citizen.get("/me/").content.decode()
    assert bell not in Browser().get("/").content.decode()
    assert "sign-in" in Browser().get(INBOX)["Location"]


def test_a_long_inbox_is_turned_page_by_page_at_the_same_price(django_assert_max_num_queries: object) -> None:
    tell(70)
    steward = browser("steward", ("STEWARD", "120012"))
    with django_assert_max_num_queries(9):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        page = steward.get(f"{INBOX}?page=3").content.decode()
    assert "第 0 件" in page
