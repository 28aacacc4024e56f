"""A dispute is talked over, mediated, decided above the two (art. 28); who is given right asks anew or goes on."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.api import notices_of, told
from haihe.base.notices.models import Notice
from haihe.city.models import Organisation
from haihe.data.sharing import operations
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotFound, NotNow
from haihe.data.sharing.models import Dispute, Grant, SharingRequest
from haihe.data.sharing.operations.disputing import decider_between
from haihe.data.sharing.testing import NOW, cast_actor, disputed, granted, refused, requested

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
END: dict[str, Any] = {"outcome": "UPHELD", "document": "津政办决〔2026〕1号"}


def move(username: str, name: str, *, words: str = "理由", days: int = 0, **more: Any) -> Dispute:
    row = Dispute.objects.get()
    operations.move_dispute(
        actor=cast_actor(username), number=row.number, name=name, now=NOW + days * DAY, words=words, **more
    )
    return Dispute.objects.get()


def suspended() -> UUID:
    grant_id = granted()
    owner, day = cast_actor("approver_mzj"), (NOW + 20 * DAY).date()
    operations.suspend_grant(actor=owner, grant_id=grant_id, reason="用途不符", put_right_by=day, now=NOW)
    return grant_id


def open_one(username: str, about: str, **thing: UUID) -> str:
    complaint = operations.Complaint(about=about, statement="事实", wish="请求", token=uuid4(), **thing)
    return operations.open_dispute(actor=cast_actor(username), complaint=complaint, now=NOW)


def test_the_two_talk_and_settle() -> None:
    assert disputed() == "ZY-20261123-0001"
    row = move("approver_mzj", "reply", words="请补充依据后重新提出")
    assert (row.state, row.opener, row.other_side, row.decider) == ("NEGOTIATING", "120040", "120012", "SAME_LEVEL")
    with pytest.raises(NotPermitted):
        move("steward_mzj", "settle", outcome="REJECTED")
    row = move("approver_gjj", "settle", outcome="PARTLY", days=2)
    assert (row.state, row.closed_at) == ("SETTLED", NOW + 2 * DAY)
    assert [(e.name, e.part, e.organisation) for e in row.events.all()] == [
        ("open_dispute", "OPENER", "120040"),
        ("reply", "OTHER_SIDE", "120012"),
        ("settle", "OPENER", "120040"),
    ]


def test_the_authority_mediates_under_a_clock_and_past_it_hears_of_it() -> None:
    disputed()
    Notice.objects.all().delete()
    row = move("steward_mzj", "ask_mediation")
    assert (row.state, row.due_on) == ("MEDIATING", date(2026, 12, 21))
    assert move("operator", "mediate", words="建议缩小范围后共享").state == "MEDIATING"
    watched = [operations.watch_clocks(now=NOW + n * DAY) for n in range(31)]
    assert {n: one.reminded for n, one in enumerate(watched) if one.reminded} == {24: 1, 25: 1}
    assert {n: one.overdue for n, one in enumerate(watched) if one.overdue} == {29: 1}
    operator = cast_actor("operator")
    assert any("超过期限" in one.text for one in told(notices_of(operator, now=NOW + 31 * DAY), actor=operator))
    row = move("operator", "settle_by_mediation", outcome="UPHELD", days=30)
    assert (row.state, row.due_on) == ("SETTLED", None)


def test_what_mediation_does_not_settle_is_decided_above_and_recorded_by_its_document() -> None:
    disputed()
    with pytest.raises(NotNow):
        move("operator", "record_decision", **END)
    move("steward_gjj", "ask_mediation")
    assert move("operator", "refer").state == "GOVERNMENT"
    for wrong, field in (({"document": " "}, "document"), ({"outcome": "MAYBE"}, "outcome"), ({}, "outcome")):
        with pytest.raises(InputRefused) as refusal:
            move("operator", "record_decision", **(END | wrong if wrong else {}))
        assert refusal.value.field == field
    row = move("operator", "record_decision", **END)
    assert (row.state, row.outcome, row.document) == ("DECIDED", "UPHELD", END["document"])
    assert row.events.last().facts["document"] == END["document"]  # type: ignore[union-attr]  # there is one


def test_across_areas_the_common_superior_decides() -> None:
    granted()
    assert decider_between("120040", "120012") == "SAME_LEVEL"
    city = Organisation.objects.get(pk="120012").division
    district = city.children.create(
        code="120101000000", name="和平区", full_name="天津市和平区", level=3, path=f"{city.path}/120101000000"
    )
    Organisation.objects.filter(pk="120040").update(division=district)
    assert decider_between("120040", "120012") == "COMMON_SUPERIOR"


def test_who_was_given_right_asks_anew_and_the_new_request_is_tied_to_it() -> None:
    number = disputed()
    steward = cast_actor("steward_gjj")
    with pytest.raises(NotNow):
        operations.reopen_request(actor=steward, number=number, token=uuid4(), now=NOW)
    move("steward_gjj", "ask_mediation")
    move("operator", "settle_by_mediation", outcome="UPHELD")
    for username in ("approver_gjj", "steward_mzj", "operator"):
        with pytest.raises(NotPermitted):
            operations.reopen_request(actor=cast_actor(username), number=number, token=uuid4(), now=NOW)
    made = operations.reopen_request(actor=steward, number=number, token=uuid4(), now=NOW)
    row = SharingRequest.objects.get(pk=made)
    old = Dispute.objects.get().request
    assert old is not None
    assert (row.after_dispute, row.state, row.claims, old.state) == (
        Dispute.objects.get(),
        "OFFICE_REVIEW",
        old.claims,
        "REFUSED",
    )
    with pytest.raises(NotNow):
        operations.reopen_request(actor=steward, number=number, token=uuid4(), now=NOW)


def test_who_was_not_given_right_does_not() -> None:
    number = disputed()
    move("steward_gjj", "ask_mediation")
    move("operator", "settle_by_mediation", outcome="REJECTED")
    with pytest.raises(NotNow):
        operations.reopen_request(actor=cast_actor("steward_gjj"), number=number, token=uuid4(), now=NOW)


@pytest.mark.parametrize(
    ("outcome", "state"), [("UPHELD", "ACTIVE"), ("PARTLY", "SUSPENDED"), ("REJECTED", "SUSPENDED")]
)
def test_a_suspension_found_wrong_ends_with_the_dispute(outcome: str, state: str) -> None:
    number = disputed(grant=suspended(), about="SUSPENSION")
    move("approver_gjj", "ask_mediation")
    move("operator", "settle_by_mediation", outcome=outcome)
    grant = Grant.objects.get()
    assert grant.state == state
    if state == "ACTIVE":
        line = grant.events.last()
        assert line is not None
        assert (line.name, line.part) == ("resume", "AUTHORITY")
        assert number in line.words


def test_what_one_may_complain_about() -> None:
    grant_id, request_id = suspended(), requested(purpose="OPEN")
    refused_id = refused(purpose="REFUSED")
    assert open_one("steward_gjj", "SUSPENSION", grant=grant_id)
    assert open_one("approver_gjj", "QUALITY", grant=grant_id)
    assert open_one("steward_mzj", "USE", grant=grant_id)
    for username, about, thing in (
        ("steward_gjj", "REFUSAL", {"request": request_id}),
        ("steward_mzj", "REFUSAL", {"request": refused_id}),
        ("steward_mzj", "SUSPENSION", {"grant": grant_id}),
        ("steward_gjj", "USE", {"grant": grant_id}),
        ("steward_gjj", "WEATHER", {"grant": grant_id}),
    ):
        with pytest.raises((NotNow, NotFound)):
            open_one(username, about, **thing)
    with pytest.raises(AlreadyOpen):
        open_one("steward_gjj", "SUSPENSION", grant=grant_id)
    with pytest.raises(InputRefused):
        open_one("steward_gjj", "SUSPENSION")


def test_others_neither_see_nor_open_nor_move() -> None:
    number = disputed()
    request_id = SharingRequest.objects.get().pk
    for username in ("outsider", "clerk_gjj", "liu"):
        with pytest.raises(NotFound):
            open_one(username, "REFUSAL", request=request_id)
        with pytest.raises(NotFound):
            operations.move_dispute(actor=cast_actor(username), number=number, name="reply", now=NOW, words="x")
    for username in ("operator", "auditor"):
        with pytest.raises(NotPermitted):
            open_one(username, "REFUSAL", request=request_id)
        with pytest.raises(NotPermitted):
            move(username, "reply")


def test_a_form_sent_twice_opens_one() -> None:
    complaint = operations.Complaint(about="REFUSAL", statement="事实", wish="请求", token=uuid4(), request=refused())
    actor = cast_actor("steward_gjj")
    numbers = {operations.open_dispute(actor=actor, complaint=complaint, now=NOW) for _ in range(2)}
    assert len(numbers) == Dispute.objects.count() == 1


@pytest.mark.parametrize("changes", [{"statement": " "}, {"wish": ""}, {"statement": "长" * 1001}])
def test_it_says_what_is_wrong_and_what_is_wanted(changes: dict[str, str]) -> None:
    said: dict[str, Any] = {"about": "REFUSAL", "statement": "事实", "wish": "请求", "token": uuid4()}
    complaint = operations.Complaint(**(said | changes), request=refused())
    with pytest.raises(InputRefused):
        operations.open_dispute(actor=cast_actor("steward_gjj"), complaint=complaint, now=NOW)


def test_the_database_takes_no_decision_without_its_document() -> None:
    disputed()
    with pytest.raises(IntegrityError, match="decided_by_a_document"), transaction.atomic():
        Dispute.objects.update(state="DECIDED", outcome="UPHELD", closed_at=NOW)
    with pytest.raises(IntegrityError, match="closes_once"), transaction.atomic():
        Dispute.objects.update(state="SETTLED")
