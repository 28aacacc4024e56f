"""Who must answer is reminded two days and one day before; past the deadline the authority hears of it; each once."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.testing import make_user
from haihe.base.ledger.testing import append_records
from haihe.base.notices.api import notices_of, told
from haihe.base.notices.models import Notice
from haihe.city import cast
from haihe.data.catalogue.models import Resource
from haihe.data.sharing import operations
from haihe.data.sharing.errors import NotNow
from haihe.data.sharing.models import Correction, Grant, Service, SharingEvent, SharingRequest
from haihe.data.sharing.operations.reminding import Watched
from haihe.data.sharing.testing import NOW, cast_actor, open_relief_status, requested

pytestmark = pytest.mark.django_db
# Asked on Monday 23 November 2026; due ten working days later, on Monday 7 December.
DAYS = [NOW + timedelta(days=n) for n in range(22)]
DUE = 14


def told_to(username: str, now: datetime) -> list[str]:
    actor = cast_actor(username)
    return [notice.text for notice in told(notices_of(actor, now=now), actor=actor)]


def kinds(kind: str) -> int:
    return Notice.objects.filter(kind=kind).count()


@pytest.fixture
def running() -> UUID:
    request_id = requested(until="approve_by_office")
    Notice.objects.all().delete()
    return request_id


def test_reminders_come_with_two_and_with_one_working_day_left(running: UUID) -> None:
    reminded = [operations.watch_clocks(now=day).reminded for day in DAYS]
    # Thursday 3 December: two working days left; Friday: one. Steward and approver each time.
    assert {n: count for n, count in enumerate(reminded) if count} == {DUE - 4: 2, DUE - 3: 2}
    assert any("不足 2 个工作日" in text for text in told_to("steward_mzj", DAYS[DUE]))
    assert told_to("steward_gjj", DAYS[DUE]) == []


def test_past_the_deadline_the_authority_hears_once(running: UUID) -> None:
    seen = [operations.watch_clocks(now=day).overdue for day in DAYS]
    assert {n: count for n, count in enumerate(seen) if count} == {DUE + 1: 1}
    assert any("超过期限" in text for text in told_to("operator", DAYS[-1]))
    assert any("超过期限" in text for text in told_to("approver_mzj", DAYS[-1]))
    line = SharingEvent.objects.get(name="overdue")
    assert (line.part, line.actor_name, line.target) == ("SYSTEM", "SYSTEM", "OWNER_REVIEW")


def test_however_often_it_runs_nothing_is_told_twice(running: UUID) -> None:
    for day in DAYS:
        for hour in range(0, 12, 4):
            operations.watch_clocks(now=day + timedelta(hours=hour))
    assert (kinds("sharing.near"), kinds("sharing.moved")) == (4, 3)
    assert operations.watch_clocks(now=DAYS[-1]) == Watched(0, 0, 0)


def test_a_round_missed_is_made_up_for_with_the_nearer_reminder(running: UUID) -> None:
    assert operations.watch_clocks(now=DAYS[DUE]).reminded == 2
    assert any("不足 1 个工作日" in text for text in told_to("steward_mzj", DAYS[DUE]))


def test_what_is_answered_or_rests_is_left_in_peace(running: UUID) -> None:
    steward = cast_actor("steward_mzj")
    operations.move_request(actor=steward, request_id=running, name="ask_supplement", words="缺条款", now=NOW)
    assert {operations.watch_clocks(now=day) for day in DAYS} == {Watched(0, 0, 0)}


def test_a_report_of_wrong_data_has_the_same_teeth() -> None:
    operations.open_correction(cast_actor("clerk_gjj"), append_records(1)[0], "登记有误", NOW)
    watched = [operations.watch_clocks(now=day) for day in DAYS]
    assert [sum(one.reminded for one in watched), sum(one.overdue for one in watched)] == [4, 1]
    assert Correction.objects.get().overdue_told_at == DAYS[DUE + 1]


def test_the_authority_urges_and_the_owner_hears_why(running: UUID) -> None:
    operator, late = cast_actor("operator"), DAYS[DUE + 1]
    urge = {"actor": operator, "request_id": running, "name": "urge", "words": "请今天答复"}
    with pytest.raises(NotNow):
        operations.move_request(**urge, now=DAYS[DUE])  # type: ignore[arg-type]  # a table of arguments
    operations.move_request(**urge, now=late)  # type: ignore[arg-type]  # keywords as the caller gives them
    row = SharingRequest.objects.get()
    assert (row.state, row.is_open) == ("OWNER_REVIEW", True)
    assert any("督办" in text for text in told_to("approver_mzj", late))
    assert SharingEvent.objects.get(name="urge").words == "请今天答复"


def test_urging_a_report_leaves_the_answer_to_the_source() -> None:
    number = operations.open_correction(cast_actor("clerk_gjj"), append_records(1)[0], "登记有误", NOW)
    operations.move_correction(
        actor=cast_actor("operator"), number=number, name="urge", words="请答复", now=DAYS[DUE + 1]
    )
    assert (Correction.objects.get().state, Correction.objects.get().answer) == ("RECEIVED", "")


def test_the_operators_desk_lists_what_is_overdue_and_no_one_elses_does() -> None:
    long_ago = timezone.now() - timedelta(days=30)
    row = SharingRequest.objects.get(pk=requested(until="approve_by_office", now=long_ago))
    pages = {}
    for username in ("operator", "approver_mzj", "steward_gjj"):
        browser = Browser()
        browser.force_login(make_user(username, *cast.person(username).memberships))
        pages[username] = browser.get(reverse("sharing:workbench")).content.decode()
        page = browser.get(reverse("sharing:request", args=[row.pk])).content.decode()
        assert ("/moves/urge/" in page) == (username == "operator")
    assert "需要督办" in pages["operator"]
    assert row.number in pages["operator"]
    assert "需要督办" not in pages["approver_mzj"] + pages["steward_gjj"]


def test_unconditional_is_agreed_by_rule_in_the_same_moment_and_says_so() -> None:
    open_relief_status()
    Resource.objects.update(sharing_type="UNCONDITIONAL", sharing_scope="", sharing_purpose="")
    row = SharingRequest.objects.get(pk=requested(until="approve_by_office"))
    assert (row.state, row.decided_by, row.decided_by_rule) == ("APPROVED", None, True)
    line = row.events.get(name="approve_by_rule")
    assert (line.part, line.clause) == ("SYSTEM", "政务数据共享条例 第21条")
    assert Grant.objects.get().in_force(NOW)
    assert any("按规则自动同意" in text for text in told_to("steward_gjj", NOW))


def test_what_became_conditional_or_rests_waits_for_people_and_the_rule_comes_back() -> None:
    open_relief_status()
    Resource.objects.update(sharing_type="UNCONDITIONAL", sharing_scope="", sharing_purpose="")
    request_id = requested()
    Service.objects.update(enabled=False)
    operations.move_request(actor=cast_actor("approver_gjj"), request_id=request_id, name="approve_by_office", now=NOW)
    row = SharingRequest.objects.get()
    assert (row.state, str(row.due_on)) == ("OWNER_REVIEW", "2026-11-24")
    assert operations.watch_clocks(now=NOW).answered == 0
    Service.objects.update(enabled=True)
    Resource.objects.update(sharing_type="CONDITIONAL", sharing_scope="范围", sharing_purpose="用途")
    assert operations.watch_clocks(now=NOW).answered == 0
    Resource.objects.update(sharing_type="UNCONDITIONAL", sharing_scope="", sharing_purpose="")
    assert operations.watch_clocks(now=NOW).answered == 1
    assert Grant.objects.count() == 1


def test_a_quiet_round_costs_a_query_for_each_clock(django_assert_max_num_queries: object) -> None:
    for number in range(5):
        requested(until="approve_by_office", purpose=f"PURPOSE_{number}")
    # Two more look for what rests on a retired entry.
    with django_assert_max_num_queries(16):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        operations.watch_clocks(now=NOW)
