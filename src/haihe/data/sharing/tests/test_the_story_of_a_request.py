"""A request goes through both offices under the clock, and its approval is the access rule."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.api import NotPermitted
from haihe.base.outbox.testing import announced
from haihe.data.catalogue.models import Resource
from haihe.data.sharing import operations
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotFound, NotNow
from haihe.data.sharing.models import Grant, Service, SharingRequest
from haihe.data.sharing.operations.clocks import tell_missing_due_days
from haihe.data.sharing.operations.delivering import months_after
from haihe.data.sharing.testing import NOW, application, cast_actor, granted, open_relief_status, requested

DAY = timedelta(days=1)


def move(username: str, request_id: UUID, name: str, words: str = "", now: datetime = NOW) -> SharingRequest:
    row = SharingRequest.objects.get(pk=request_id)
    operations.move_request(actor=cast_actor(username), request_id=row.id, name=name, now=now, words=words)
    return SharingRequest.objects.get(pk=request_id)


@pytest.mark.django_db
def test_both_offices_approve_and_the_grant_is_made() -> None:
    grant = Grant.objects.get(pk=granted())
    assert (grant.organisation, grant.owner, grant.service.slug) == ("120040", "120012", "relief-status")
    assert (grant.claims, grant.purposes) == (["on_relief"], ["HOUSING_FUND_WITHDRAWAL"])
    assert grant.valid_until == datetime(2027, 11, 23, 2, 0, tzinfo=UTC)
    assert grant.in_force(NOW)
    assert not grant.in_force(grant.valid_until)
    assert [(e.name, e.part, e.organisation) for e in grant.request.events.all()] == [
        ("request", "APPLICANT_STEWARD", "120040"),
        ("approve_by_office", "APPLICANT_APPROVER", "120040"),
        ("approve", "OWNER_APPROVER", "120012"),
    ]
    assert [payload["state"] for payload in announced("sharing.grant_changed")] == ["ACTIVE"]


@pytest.mark.django_db
def test_the_owner_has_ten_working_days_and_sees_it_only_from_then_on() -> None:
    request_id = requested()
    with pytest.raises(NotFound):
        move("approver_mzj", request_id, "approve")
    assert SharingRequest.objects.get(pk=request_id).due_on is None
    row = move("approver_gjj", request_id, "approve_by_office")
    assert row.due_on == date(2026, 12, 7)


@pytest.mark.django_db
def test_what_is_shared_unconditionally_is_answered_at_once() -> None:
    open_relief_status()
    Resource.objects.update(sharing_type="UNCONDITIONAL", sharing_scope="", sharing_purpose="")
    row = move("approver_gjj", requested(), "approve_by_office")
    assert (row.state, row.decided_by_rule, row.due_on) == ("APPROVED", True, None)


@pytest.mark.django_db
def test_a_form_sent_twice_makes_one_request() -> None:
    token = uuid4()
    assert requested(token=token) == requested(token=token)
    with pytest.raises(AlreadyOpen) as refusal:
        requested()
    assert refusal.value.number == SharingRequest.objects.get().number == "GX-20261123-0001"


@pytest.mark.django_db
def test_missing_papers_are_told_once_and_the_clock_rests() -> None:
    request_id = requested(until="approve_by_office")
    row = move("steward_mzj", request_id, "ask_supplement", "请补充提取管理办法的条款", now=NOW + 2 * DAY)
    assert (row.state, row.due_on) == ("SUPPLEMENT", None)
    with pytest.raises(NotNow):
        move("approver_mzj", request_id, "refuse", "材料不全")
    row = move("steward_gjj", request_id, "supplement", "条款见附件", now=NOW + 7 * DAY)
    # Two of ten working days were gone; eight go on from Monday, 30 November.
    assert row.due_on == date(2026, 12, 10)
    with pytest.raises(NotNow, match="一次性"):
        move("steward_mzj", request_id, "ask_supplement", "还要", now=NOW + 8 * DAY)


@pytest.mark.django_db
def test_overdue_no_more_papers_may_be_asked_for() -> None:
    request_id = requested(until="approve_by_office")
    with pytest.raises(NotNow, match="期限已过"):
        move("steward_mzj", request_id, "ask_supplement", "再补一份", now=NOW + 20 * DAY)
    with pytest.raises(NotNow, match="期限已过"):
        move("steward_mzj", request_id, "ask_extension", "太忙", now=NOW + 20 * DAY)


@pytest.mark.django_db
def test_more_time_is_given_once_by_the_authority_and_only_if_asked_for() -> None:
    request_id = requested(until="approve_by_office")
    with pytest.raises(NotNow):
        move("operator", request_id, "consent_extension")
    with pytest.raises(NotPermitted):
        move("approver_mzj", request_id, "consent_extension")
    move("steward_mzj", request_id, "ask_extension", "需核对历史数据")
    assert move("operator", request_id, "consent_extension").due_on == date(2026, 12, 21)
    for username, name in (("steward_mzj", "ask_extension"), ("operator", "consent_extension")):
        with pytest.raises(NotNow):
            move(username, request_id, name, "再来")


@pytest.mark.django_db
def test_a_refusal_says_why() -> None:
    request_id = requested(until="approve_by_office")
    with pytest.raises(InputRefused):
        move("approver_mzj", request_id, "refuse")
    assert move("approver_mzj", request_id, "refuse", "超出职责").refusal_reason == "超出职责"
    assert not Grant.objects.exists()


@pytest.mark.django_db
def test_sent_back_by_the_office_it_is_put_right_and_handed_in_again() -> None:
    request_id = requested()
    move("approver_gjj", request_id, "return_by_office", "时限太长")
    right = application(duration_months=6)
    operations.resubmit_request(actor=cast_actor("steward_gjj"), request_id=request_id, application=right, now=NOW)
    row = SharingRequest.objects.get(pk=request_id)
    assert (row.state, row.duration_months) == ("OFFICE_REVIEW", 6)
    with pytest.raises(NotNow):
        operations.resubmit_request(actor=cast_actor("steward_gjj"), request_id=request_id, application=right, now=NOW)


@pytest.mark.django_db
def test_who_looked_before_something_happened_looks_again_first() -> None:
    request_id = requested(until="approve_by_office")
    row = SharingRequest.objects.get(pk=request_id)
    with pytest.raises(NotNow, match="新的变化"):
        operations.approve_request(actor=cast_actor("approver_mzj"), request_id=row.id, now=NOW, seen=1)
    operations.approve_request(actor=cast_actor("approver_mzj"), request_id=row.id, now=NOW, seen=2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"claims": ()}, "claims"),
        ({"claims": ("income",)}, "claims"),
        ({"claims": ("on_relief", "income")}, "claims"),
        ({"purpose": "withdrawal"}, "purpose"),
        ({"purpose": "A"}, "purpose"),
        ({"item": ""}, "item"),
        ({"legal_basis": "法"}, "legal_basis"),
        ({"legal_basis": "法" * 501}, "legal_basis"),
        ({"scenario": "需要"}, "scenario"),
        ({"duration_months": 0}, "duration_months"),
        ({"duration_months": 37}, "duration_months"),
        ({"quota_per_day": 0}, "quota_per_day"),
        ({"form": "BATCH"}, "form"),
    ],
)
def test_what_article_20_asks_must_be_said(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        requested(**changes)
    assert refusal.value.field == field


@pytest.mark.django_db
def test_ones_own_data_and_a_closed_service_are_not_asked_for() -> None:
    open_relief_status()
    owners = application(applicant="120012")
    with pytest.raises(InputRefused):
        operations.request_sharing(actor=cast_actor("steward_mzj"), application=owners, now=NOW)
    Service.objects.update(enabled=False)
    with pytest.raises(NotFound):
        requested()


@pytest.mark.django_db
def test_past_the_calendars_end_the_request_goes_on_without_a_day() -> None:
    late = datetime(2026, 12, 28, 2, tzinfo=UTC)
    request_id = requested(until="approve_by_office", now=late)
    row = SharingRequest.objects.get(pk=request_id)
    assert (row.state, row.due_on, row.clock_days) == ("OWNER_REVIEW", None, 10)
    assert tell_missing_due_days() == 0
    move("steward_mzj", request_id, "ask_supplement", "请补充", now=late)
    move("steward_gjj", request_id, "supplement", "已补", now=late)
    assert move("approver_mzj", request_id, "approve", now=late).state == "APPROVED"


@pytest.mark.django_db
def test_a_day_that_could_not_be_told_is_told_once_the_calendar_reaches_it() -> None:
    request_id = requested(until="approve_by_office")
    SharingRequest.objects.update(due_on=None)
    assert tell_missing_due_days() == 1
    assert SharingRequest.objects.get(pk=request_id).due_on == date(2026, 12, 7)


@given(second=st.integers(1_704_067_200, 1_830_000_000), months=st.integers(1, 36))
def test_months_are_the_citys(second: int, months: int) -> None:
    start = datetime.fromtimestamp(second, UTC)
    end = months_after(start, months)
    assert timedelta(days=28 * months) <= end - start <= timedelta(days=31 * months)
    assert months_after(start, months + 1) > end
