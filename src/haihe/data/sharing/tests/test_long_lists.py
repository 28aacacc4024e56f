"""However much there is, a desk shows the beginning and leads to the rest; lists are narrowed in their address."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.sharing import operations
from haihe.data.sharing.demo.entries import RELIEF_STATUS
from haihe.data.sharing.excerpts import EXCERPT_ROWS
from haihe.data.sharing.models import Grant, SharingRequest
from haihe.data.sharing.testing import NOW, cast_actor, granted, open_relief_status, requested, to_be_handed_over
from haihe.data.sharing.views.lists import PAGE_ROWS

pytestmark = pytest.mark.django_db
WORKBENCH, NEW, DUTIES = (reverse(f"sharing:{name}") for name in ("workbench", "new", "duties"))
REQUESTS, GRANTS, CORRECTIONS = (reverse(f"sharing:{name}") for name in ("requests", "grants", "corrections"))


def page(username: str, address: str, **asked: str) -> str:
    browser = Browser()
    browser.force_login(make_user(f"{username}-{uuid.uuid4()}", *cast.person(username).memberships))
    answer = browser.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def several(count: int) -> list[SharingRequest]:
    for number in range(count):
        requested(until="approve_by_office", purpose=f"PURPOSE_{number:02}")
    return list(SharingRequest.objects.order_by("number"))


def test_the_workbench_shows_the_first_and_leads_to_all() -> None:
    rows = several(EXCERPT_ROWS + 2)
    shown = page("steward_mzj", WORKBENCH)
    waiting = shown.partition('id="others"')[0]
    assert sum(row.number in waiting for row in rows) == EXCERPT_ROWS
    assert f"查看全部 {EXCERPT_ROWS + 2} 项" in shown
    assert f'href="{REQUESTS}?show=waiting"' in shown
    everything = page("steward_mzj", REQUESTS, show="waiting")
    assert all(row.number in everything for row in rows)


def test_all_other_duties_are_behind_the_excerpt() -> None:
    for number in range(PAGE_ROWS + 1):
        to_be_handed_over(purpose=f"PURPOSE_{number:02}")
    shown = page("steward_mzj", WORKBENCH)
    assert f'href="{DUTIES}"' in shown
    assert f"查看全部 {PAGE_ROWS + 1} 项" in shown
    assert page("steward_mzj", DUTIES).count("提供数据</div>") == PAGE_ROWS
    assert page("steward_mzj", DUTIES, page="2").count("提供数据</div>") == 1
    assert "没有等您办理的事" in page("outsider", DUTIES)


def test_the_data_centre_sees_there_what_others_let_lie_and_nobody_else_does() -> None:
    to_be_handed_over(now=NOW - timedelta(days=200))
    assert "没有按期提供数据" in page("operator", DUTIES, show="late")
    assert "没有按期提供数据" not in page("operator", DUTIES)
    assert "没有按期提供数据" not in page("steward_mzj", DUTIES, show="late")


def test_what_is_short_leads_nowhere() -> None:
    several(2)
    assert "查看全部" not in page("steward_mzj", WORKBENCH)


def test_requests_are_found_by_number_and_state() -> None:
    first, second, third = several(3)
    operations.move_request(
        actor=cast_actor("approver_mzj"), request_id=third.pk, name="refuse", now=NOW, words="范围过宽，请缩小。"
    )
    by_number = page("steward_gjj", REQUESTS, q=first.number)
    assert first.number in by_number
    assert second.number not in by_number
    refused = page("steward_gjj", REQUESTS, state="REFUSED")
    assert third.number in refused
    assert first.number not in refused
    assert "没有符合条件的记录" in page("steward_gjj", REQUESTS, q="没有这个编号")


def test_grants_are_shown_from_both_sides() -> None:
    grant = Grant.objects.get(pk=granted())
    link = reverse("sharing:grant", args=[grant.pk])
    assert link in page("steward_gjj", GRANTS, show="held")
    assert link not in page("steward_gjj", GRANTS, show="given")
    assert link in page("approver_mzj", GRANTS, show="given")
    assert link in page("operator", GRANTS)
    assert link not in page("outsider", GRANTS)


def test_nobody_finds_what_is_not_theirs_by_typing_its_number() -> None:
    (row,) = several(1)
    for username in ("outsider", "steward_gjj"):
        found = page(username, REQUESTS, q=row.number)
        assert (reverse("sharing:request", args=[row.pk]) in found) is (username == "steward_gjj")


@pytest.mark.parametrize("address", [REQUESTS, GRANTS, CORRECTIONS, NEW])
@pytest.mark.parametrize("typed", ["\x00", "%", "'; --", "💧" * 100, "页"])
def test_whatever_is_typed_gives_a_page(address: str, typed: str) -> None:
    open_relief_status()
    page("steward_gjj", address, q=typed, state=typed, show=typed, page=typed)


def test_services_to_ask_are_searched_and_paged() -> None:
    open_relief_status()
    for number in range(25):
        service = replace(RELIEF_STATUS, slug=f"another-{number}", title=f"另一种核验{number:02}")
        operations.open_service(actor=cast_actor("steward_mzj"), service=service, now=NOW)
    assert "1 / 2" in page("steward_gjj", NEW)
    found = page("steward_gjj", NEW, q="核验07")
    assert "另一种核验07" in found
    assert "另一种核验08" not in found
    assert "没有找到这样的服务" in page("steward_gjj", NEW, q="天气")
