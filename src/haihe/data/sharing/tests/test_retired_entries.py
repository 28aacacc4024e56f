"""What rests on a retired entry ends with it, and everybody concerned hears since when; published anew it can begin."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from haihe.base.accounts.api import NotPermitted
from haihe.base.accounts.testing import make_user
from haihe.base.notices.api import notices_of, told
from haihe.base.outbox.testing import announced, deliver_all
from haihe.city import cast
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing import operations
from haihe.data.sharing.errors import NotFound, NotNow
from haihe.data.sharing.models import Disposal, Grant, Service, ServiceStop, SharingEvent, SharingRequest
from haihe.data.sharing.operations.retiring import resource_retired
from haihe.data.sharing.operations.scoring import refresh_scoreboard
from haihe.data.sharing.queries import access, scoreboard
from haihe.data.sharing.stages import stage_of_stop
from haihe.data.sharing.testing import (
    NOW,
    application,
    cast_actor,
    granted,
    open_relief_details,
    planned_stop,
    requested,
    to_be_handed_over,
)

pytestmark = pytest.mark.django_db
RELIEF = "120012/000001"
REASON = "职能划出"


def retire(code: str = RELIEF) -> None:
    catalogue.move_resource(actor=cast_actor("operator"), code=code, name="retire", now=NOW, words=REASON)


def publish_again(code: str = RELIEF) -> None:
    steps = (
        *(("steward_mzj", "revise"), ("steward_mzj", "submit"), ("approver_mzj", "approve")),
        *(("steward_mzj", "submit_for_publication"), ("operator", "publish")),
    )
    for who, name in steps:
        catalogue.move_resource(actor=cast_actor(who), code=code, name=name, now=NOW)


def told_to(username: str) -> list[str]:
    actor = cast_actor(username)
    return [notice.text for notice in told(notices_of(actor, now=NOW + timedelta(days=40)), actor=actor)]


def start() -> None:
    operations.start_service(actor=cast_actor("approver_mzj"), slug="relief-status", reason="重新提供", now=NOW)


def test_all_its_services_stop_and_its_grants_end_with_the_reason() -> None:
    granted()
    open_relief_details()
    retire()
    deliver_all()
    assert set(Service.objects.values_list("enabled", flat=True)) == {False}
    grant = Grant.objects.get()
    assert grant.state == "TERMINATED"
    line = SharingEvent.objects.get(grant=grant, name="end_with_resource")
    assert (line.part, line.actor_name, line.clause) == ("SYSTEM", "SYSTEM", "政务数据共享条例 第27条")
    assert REASON in line.words
    assert announced("sharing.grant_changed")[-1]["state"] == "TERMINATED"
    stopped = SharingEvent.objects.filter(name="stop_service")
    assert {(line.part, line.target) for line in stopped} == {("SYSTEM", "DISABLED")}


@pytest.mark.parametrize("how", ["ACTIVE", "SUSPENDED", "PREPARING", "RECEIVING"])
def test_a_grant_ends_wherever_it_stands(how: str) -> None:
    grant_id = granted() if how in {"ACTIVE", "SUSPENDED"} else to_be_handed_over()
    if how == "SUSPENDED":
        day = date(2026, 12, 31)
        owner = cast_actor("approver_mzj")
        operations.suspend_grant(actor=owner, grant_id=grant_id, reason="核查", put_right_by=day, now=NOW)
    if how == "RECEIVING":
        owner = cast_actor("steward_mzj")
        operations.move_grant(actor=owner, grant_id=grant_id, name="hand_over", words="光盘一张", now=NOW)
    assert Grant.objects.get().state == how
    retire()
    deliver_all()
    assert Grant.objects.get().state == "TERMINATED"


def test_user_and_owner_hear_once_since_when_it_is_silent() -> None:
    granted()
    retire()
    deliver_all()
    resource_retired(resource=RELIEF, reason=REASON, now=NOW + timedelta(days=1))
    for username in ("steward_gjj", "approver_gjj"):
        (text,) = [text for text in told_to(username) if "下线" in text]
        assert "1 项授权终止" in text
        assert "2026-" in text
    for username in ("steward_mzj", "approver_mzj"):
        # The catalogue tells them of the retirement, sharing of what ended with it.
        (text,) = [text for text in told_to(username) if "使用部门已收到通知" in text]
        assert "停止服务 1 个" in text
    assert not any("下线" in text for text in told_to("outsider"))


@pytest.mark.parametrize("until", ["request", "approve_by_office"])
def test_what_waits_for_an_answer_is_closed_with_the_reason_and_stays_so(until: str) -> None:
    requested(until=until)
    retire()
    deliver_all()
    row = SharingRequest.objects.get()
    assert (row.state, row.due_on, row.decided_by) == ("CLOSED", None, None)
    assert REASON in row.events.get(name="end_with_resource").words
    assert any("随之终结" in text for text in told_to("steward_gjj"))
    with pytest.raises(NotNow):
        operations.move_request(actor=cast_actor("steward_gjj"), request_id=row.id, name="withdraw", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharingRequest.objects.update(state="OWNER_REVIEW")


def test_nobody_closes_a_request_or_grant_this_way_by_hand() -> None:
    grant_id = granted()
    for username in ("operator", "approver_mzj", "steward_gjj"):
        with pytest.raises(NotPermitted):
            operations.move_grant(actor=cast_actor(username), grant_id=grant_id, name="end_with_resource", now=NOW)


def test_fields_that_were_read_are_to_be_disposed_of() -> None:
    open_relief_details()
    granted(service="relief-details", claims=(), fields=("relief_type",), purpose="DETAILS")
    granted()
    retire()
    deliver_all()
    assert Disposal.objects.get().state == "DUE"


def test_the_owner_can_not_agree_between_the_retirement_and_the_news_of_it() -> None:
    request_id = requested(until="approve_by_office")
    retire()
    with pytest.raises(NotNow, match="已经下线"):
        operations.approve_request(actor=cast_actor("approver_mzj"), request_id=request_id, now=NOW)
    with pytest.raises(NotFound):
        operations.request_sharing(actor=cast_actor("steward_gjj"), application=application(purpose="OTHER"), now=NOW)


@pytest.mark.parametrize(("name", "expected"), [("plan", "ENDED"), ("now", "TO_FILE")])
def test_a_plan_to_stop_ends_with_it_but_what_is_to_be_filed_still_is(name: str, expected: str) -> None:
    granted()
    planned_stop()
    owner = cast_actor("approver_mzj")
    if name == "now":
        token = ServiceStop.objects.get().token
        operations.stop_at_once(actor=owner, slug="relief-status", reason="泄露风险", token=token, now=NOW)
    retire()
    deliver_all()
    assert ServiceStop.objects.get().state == expected
    assert not Service.objects.get().enabled


def test_it_starts_again_only_when_the_entry_is_published_anew() -> None:
    granted()
    planned_stop()
    retire()
    deliver_all()
    with pytest.raises(NotNow, match="重新发布之后"):
        start()
    publish_again()
    start()
    assert Service.objects.get().enabled
    # What ended has ended: the user asks anew.
    assert Grant.objects.get().state == "TERMINATED"
    assert operations.request_sharing(actor=cast_actor("steward_gjj"), application=application(), now=NOW)


def test_a_plan_that_came_to_nothing_does_not_look_carried_out() -> None:
    granted()
    planned_stop()
    retire()
    deliver_all()
    stage = stage_of_stop(ServiceStop.objects.get(), silent=0)
    assert [str(label) for label in stage.labels] == ["与使用部门沟通", "资源下线"]
    assert (stage.current, stage.who) == (3, "")


def test_the_authority_orders_nothing_that_can_not_be_done() -> None:
    granted()
    planned_stop()
    number, owner = ServiceStop.objects.get().number, cast_actor("approver_mzj")
    operations.stop_at_once(actor=owner, slug="relief-status", reason="泄露", token=uuid4(), now=NOW)
    operations.move_stop(actor=owner, number=number, name="file_afterwards", words="已排查", now=NOW)
    retire()
    with pytest.raises(NotNow, match="重新发布之后"):
        operations.move_stop(
            actor=cast_actor("operator"), number=number, name="demand_restoring", words="请恢复", now=NOW
        )
    deliver_all()
    assert ServiceStop.objects.get().state == "ENDED"


def test_an_entry_that_was_published_anew_before_the_news_came_keeps_all() -> None:
    granted()
    retire()
    publish_again()
    deliver_all()
    assert Service.objects.get().enabled
    assert Grant.objects.get().state == "ACTIVE"


def test_what_an_older_program_left_is_ended_by_the_round_of_the_clocks() -> None:
    granted()
    requested(until="request", purpose="OTHER")
    retire()
    operations.watch_clocks(now=NOW)
    assert not Service.objects.get().enabled
    assert Grant.objects.get().state == "TERMINATED"
    assert REASON in SharingEvent.objects.get(name="stop_service").words
    assert SharingRequest.objects.get(purpose="OTHER").state == "CLOSED"


def test_the_scoreboard_blames_neither_the_applicant_nor_the_owner() -> None:
    requested(until="approve_by_office")
    retire()
    deliver_all()
    refresh_scoreboard(now=NOW)
    mine = scoreboard.scores("all")["120012"]
    assert [mine.get(name, 0) for name in ("received", "ended_with_resource", "taken_back", "overdue")] == [1, 1, 0, 0]


def test_the_service_page_says_that_it_is_over_and_offers_no_start() -> None:
    granted()
    retire()
    deliver_all()
    browser = Browser()
    browser.force_login(make_user("approver_mzj", *cast.person("approver_mzj").memberships))
    page = browser.get(reverse("sharing:service", args=["relief-status"])).content.decode()
    assert "它的资源已经下线" in page
    assert 'value="start"' not in page


def test_who_was_granted_a_service_still_finds_its_page_and_others_do_not() -> None:
    granted()
    retire()
    deliver_all()
    assert access.service_for(cast_actor("steward_gjj"), "relief-status").enabled is False
    with pytest.raises(NotFound):
        access.service_for(cast_actor("outsider"), "relief-status")
