"""A case goes through its process: accepted, supplemented once, examined, decided, delivered, each by whoever may."""

from datetime import UTC, datetime, timedelta

import pytest

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.models import Notice
from haihe.base.processes.sweeping import sweep
from haihe.kernel.answers import Answer
from haihe.platforms.services import operations
from haihe.platforms.services.errors import CaseNotFound, InputRefused, NotNow
from haihe.platforms.services.items.api import shipped
from haihe.platforms.services.models import Case, CaseParty
from haihe.platforms.services.operations.sealing import open_form
from haihe.platforms.services.process_files import shipped as processes_shipped
from haihe.platforms.services.queries import visible_cases
from haihe.platforms.services.testing import (
    NOW,
    ListedTrace,
    actor,
    application_for,
    item_by,
    officer,
    opened_by,
    says,
    steps_of,
    take,
)
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db

MARKET, FIRE = "120029", "120048"
FIRE_CLERK = officer("CLERK", FIRE)


def state(number: str) -> str:
    return Case.objects.get(number=number).state


def test_a_case_goes_its_plain_way_from_acceptance_to_delivery() -> None:
    number = opened_by("plain")
    assert state(number) == CaseState.AWAITING_ACCEPTANCE

    take(number, "accept", "accept")
    assert state(number) == CaseState.EXAMINING
    take(number, "examine")
    assert state(number) == CaseState.AWAITING_DECISION
    take(number, "decide", "approve")
    assert state(number) == CaseState.APPROVED
    take(number, "deliver")

    case = Case.objects.get(number=number)
    assert (case.state, case.decided_name, case.basis) == (CaseState.CLOSED, "CLERK-120029", "PAPER")
    assert steps_of(number) == {}
    decided = case.events.get(name="approve")
    assert (decided.clause, decided.facts["step"]) == ("住房公积金管理条例 第二十五条", "decide")


def test_the_promised_time_runs_from_acceptance_and_is_the_items_own() -> None:
    number = opened_by("plain")
    assert Case.objects.get(number=number).due_at is None

    take(number, "accept", "accept")

    # Accepted on Monday: three working days end when Thursday does.
    assert Case.objects.get(number=number).due_at == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)


def test_what_is_missing_is_told_once_with_all_of_it() -> None:
    number = opened_by("plain")
    with pytest.raises(InputRefused, match="写明"):
        take(number, "accept", "missing", note="")
    take(number, "accept", "missing", note="缺营业场所证明、消防合格证")
    assert state(number) == CaseState.SUPPLEMENTING

    take(number, "supplement", "handed-in", by=actor("liu"))
    assert state(number) == CaseState.AWAITING_ACCEPTANCE

    with pytest.raises(NotNow, match="一次性"):
        take(number, "accept", "missing", note="还缺一份")


def test_who_does_not_supplement_in_time_is_told_why_and_only_then() -> None:
    number = opened_by("plain")
    take(number, "accept", "missing", note="缺营业场所证明")
    with pytest.raises(NotNow, match="期限"):
        take(number, "supplement", "lapsed")

    late = NOW + timedelta(days=30)
    sweep(now=late)
    take(number, "supplement", "lapsed", note="逾期没有补正", now=late)

    case = Case.objects.get(number=number)
    assert (case.state, case.decision_reason) == (CaseState.NOT_ACCEPTED, "逾期没有补正")


def test_who_refuses_says_why() -> None:
    number = opened_by("plain")
    with pytest.raises(InputRefused):
        take(number, "accept", "refuse", note="不")
    take(number, "accept", "refuse", note="不属于本机关职权范围")
    assert state(number) == CaseState.NOT_ACCEPTED


def test_whoever_examines_does_not_decide_where_the_process_says_so() -> None:
    number = opened_by("checked")
    take(number, "accept", "accept")
    take(number, "examine")
    with pytest.raises(NotPermitted):
        take(number, "decide", "approve")
    with pytest.raises(NotPermitted):
        operations.decide(actor=officer("CLERK", MARKET), number=number, grant=True, reason="", now=NOW)

    take(number, "decide", "back", by=officer("APPROVER", MARKET), note="场所面积没有核对")
    assert state(number) == CaseState.EXAMINING
    take(number, "examine")
    take(number, "decide", "approve", by=officer("APPROVER", MARKET))
    assert state(number) == CaseState.APPROVED


def test_two_departments_work_side_by_side_and_it_is_decided_when_both_have_spoken() -> None:
    number = opened_by("two-departments")
    with pytest.raises(CaseNotFound):
        operations.take_step(actor=FIRE_CLERK, number=number, step=1, now=NOW)
    take(number, "accept", "accept")
    assert set(steps_of(number)) == {"examine", "other-opinion"}

    with pytest.raises(NotPermitted):
        take(number, "other-opinion", "met")
    take(number, "other-opinion", "met", by=FIRE_CLERK)
    assert state(number) == CaseState.EXAMINING
    take(number, "examine")

    assert state(number) == CaseState.AWAITING_DECISION
    with pytest.raises(NotPermitted):
        take(number, "decide", "approve", by=FIRE_CLERK)


def test_a_department_knows_of_the_cases_it_has_a_step_in_and_is_told() -> None:
    number = opened_by("two-departments")
    assert not visible_cases(FIRE_CLERK).exists()

    take(number, "accept", "accept")

    assert [case.number for case in visible_cases(FIRE_CLERK)] == [number]
    assert CaseParty.objects.get().organisation == FIRE
    assert list(Notice.objects.filter(role="CLERK").values_list("kind", "organisation")) == [
        ("services.step_open", FIRE)
    ]


def test_what_was_done_cannot_be_done_again() -> None:
    number = opened_by("plain")
    accept = steps_of(number)["accept"]
    take(number, "accept", "accept")
    with pytest.raises(NotNow, match="已经办过"):
        operations.take_step(
            actor=officer("CLERK", MARKET), number=number, step=accept, choice="accept", note="", now=NOW
        )
    assert Case.objects.get(number=number).events.filter(name="accept").count() == 1


def test_a_pause_needs_a_reason_of_the_process_and_stops_the_time() -> None:
    number = opened_by("plain")
    take(number, "accept", "accept")
    clerk = officer("CLERK", MARKET)
    with pytest.raises(NotNow):
        operations.pause_case(actor=clerk, number=number, reason="holiday", note="放假了放假了", now=NOW)

    operations.pause_case(actor=clerk, number=number, reason="expert-review", note="送专家组评审", now=NOW)
    case = Case.objects.get(number=number)
    assert (case.state, case.due_at) == (CaseState.PAUSED, None)

    operations.resume_case(actor=clerk, number=number, now=NOW + timedelta(days=7))
    case = Case.objects.get(number=number)
    assert case.state == CaseState.EXAMINING
    assert case.due_at == datetime(2026, 12, 3, 16, 0, tzinfo=UTC)


def test_a_pause_is_over_by_itself_when_it_has_lasted_as_long_as_it_may() -> None:
    summer = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
    number = opened_by("plain", now=summer)
    take(number, "accept", "accept", now=summer)
    operations.pause_case(
        actor=officer("CLERK", MARKET), number=number, reason="expert-review", note="送专家组评审", now=summer
    )

    sweep(now=summer + timedelta(days=60))

    assert state(number) == CaseState.EXAMINING
    assert Case.objects.get(number=number).events.filter(name="resume").exists()


def test_a_lamp_turns_yellow_then_red_and_the_desk_and_its_approver_are_told() -> None:
    number = opened_by("plain")
    take(number, "accept", "accept")

    sweep(now=datetime(2026, 11, 26, 1, 0, tzinfo=UTC))
    assert Case.objects.get(number=number).warned_at is not None
    sweep(now=datetime(2026, 11, 27, 1, 0, tzinfo=UTC))

    late = Notice.objects.filter(kind="services.late").values_list("role", "organisation")
    assert set(late) == {("CLERK", MARKET), ("APPROVER", MARKET)}


def test_a_notice_to_the_public_is_heard_out_before_it_is_decided() -> None:
    number = opened_by("public-notice")
    take(number, "accept", "accept")
    take(number, "examine")
    assert steps_of(number) == {}
    operations.hear_of(
        actor=officer("CLERK", MARKET), number=number, event="objection", note="邻居提出异议：油烟", now=NOW
    )
    with pytest.raises(NotNow, match="公示到"):
        take(number, "objection", note="异议不成立，油烟已经达标")
    take(number, "objection", note="异议不成立，油烟已经达标", now=NOW + timedelta(days=20))
    assert state(number) == CaseState.AWAITING_DECISION


def test_a_notice_nobody_objects_to_ends_by_itself() -> None:
    number = opened_by("public-notice")
    take(number, "accept", "accept")
    take(number, "examine")
    sweep(now=NOW + timedelta(days=20))
    assert state(number) == CaseState.AWAITING_DECISION


def test_data_is_asked_first_and_silence_leads_to_a_paper_never_to_a_refusal() -> None:
    form = application_for(item_by("plain", authority="120040", asks=True), "zhang")
    number = operations.open_case(actor=actor("zhang"), application=form, now=NOW)
    operations.ask_data(number=number, verifier=says(Answer.UNKNOWN), trace=ListedTrace(), now=NOW)
    assert state(number) == CaseState.AWAITING_PAPER
    assert steps_of(number) == {}

    operations.accept_paper(
        actor=officer("CLERK", "120040"), number=number, paper="relief-certificate", note="低保证", now=NOW
    )
    assert state(number) == CaseState.AWAITING_ACCEPTANCE


def test_what_data_proves_is_counted_as_saved_once_it_is_granted() -> None:
    form = application_for(item_by("plain", authority="120040", asks=True))
    number = operations.open_case(actor=actor("liu"), application=form, now=NOW)
    operations.ask_data(number=number, verifier=says(Answer.MATCH), trace=ListedTrace(), now=NOW)
    take(number, "accept", "accept")
    take(number, "examine")
    take(number, "decide", "approve")
    case = Case.objects.get(number=number)
    assert (case.basis, case.papers_saved) == ("EVIDENCE", 1)


def test_what_was_filled_in_is_sealed_and_only_what_gates_ask_for_is_known_to_the_process() -> None:
    item = item_by("company-closing")
    form = application_for(item, is_simple=True, company_name="天津海河演示有限公司")
    number = operations.open_case(actor=actor("liu"), application=form, now=NOW)

    case = Case.objects.get(number=number)
    assert case.process_case is not None
    assert "海河".encode() not in bytes(case.sealed_form or b"")
    assert open_form(case)[0]["company_name"] == "天津海河演示有限公司"
    assert case.process_case.state["data"] == {"is_simple": True, "promised_days": 3}


def test_a_step_is_taken_by_one_and_given_back() -> None:
    number = opened_by("plain")
    clerk, step = officer("CLERK", MARKET), steps_of(number)["accept"]
    operations.assign_step(actor=clerk, number=number, step=step, take=True, now=NOW)
    operations.assign_step(actor=clerk, number=number, step=step, take=False, now=NOW)
    with pytest.raises(NotNow, match="对方"):
        operations.reassign_step(actor=clerk, number=number, step=step, to=FIRE_CLERK, now=NOW)
    names = list(Case.objects.get(number=number).events.values_list("name", flat=True))
    assert names[-2:] == ["take", "give_back"]


def test_nobody_handles_their_own_application() -> None:
    number = opened_by("plain")
    own = actor("liu")
    both = type(own)(own.user_id, own.name, own.roles | {("CLERK", MARKET)}, own.subject_key)
    with pytest.raises(NotPermitted):
        take(number, "accept", "accept", by=both)


def test_every_item_goes_by_a_process_of_this_release() -> None:
    assert {item.process for item in shipped()} <= set(processes_shipped())
