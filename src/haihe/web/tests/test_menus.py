"""Menus show what this person may use and what exists, and mark the place one is in."""

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts import api as accounts
from haihe.base.accounts.testing import make_user
from haihe.web.navigation import PHONE, PUBLIC, WORK, Entry, links_for

STEWARD = accounts.Actor(None, "孙丽华", frozenset({("STEWARD", "120012")}))
ENTRIES = (
    Entry("首页", "portal", "home"),
    Entry("工作台", "workbench", "home", frozenset({"STEWARD"})),
    Entry("审计", "me", "home", frozenset({"AUDITOR"})),
    Entry("未来", "no-such:page", "home"),
)


def test_only_what_the_role_may_use_and_what_exists_is_shown() -> None:
    assert [link.label for link in links_for(ENTRIES, STEWARD, path="/")] == ["首页", "工作台"]
    assert [link.label for link in links_for(ENTRIES, accounts.SIGNED_OUT, path="/")] == ["首页"]


def test_remote_catalogues_are_for_the_data_centres_people() -> None:
    for organisation, expected in (("120001", True), ("120012", False)):
        steward = accounts.Actor(None, "顾盼", frozenset({("STEWARD", organisation)}))
        assert ("远端目录" in [link.label for link in links_for(WORK, steward, path="/")]) is expected


@pytest.mark.parametrize(("path", "here"), [("/", "首页"), ("/workbench/", "工作台"), ("/workbench/x/", "工作台")])
def test_the_place_one_is_in_is_marked(path: str, here: str) -> None:
    links = links_for(ENTRIES, STEWARD, path=path)
    assert [link.label for link in links if link.is_here] == [here]


def test_one_place_is_marked_in_two_menus_side_by_side() -> None:
    clerk = accounts.Actor(None, "李敏", frozenset({("CLERK", "120040")}))
    desk = reverse("services:desk")
    public = links_for(PUBLIC, clerk, path=desk, beside=WORK)
    work = links_for(WORK, clerk, path=desk, beside=PUBLIC)
    assert [link.label for link in (*public, *work) if link.is_here] == ["窗口办件"]


def test_every_entry_has_an_icon_that_exists() -> None:
    from haihe.web.icons import icon_svg

    for entry in (*PUBLIC, *WORK, *PHONE):
        assert icon_svg(entry.icon)


@pytest.mark.django_db
def test_somebody_without_a_role_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(make_user("nobody"))
    assert "您还没有岗位" in client.get("/workbench/").text
