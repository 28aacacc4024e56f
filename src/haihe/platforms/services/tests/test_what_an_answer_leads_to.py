"""Each answer has its outcome: yes grants, no offers two ways on, silence refuses nobody."""

from datetime import timedelta

import pytest

from haihe.data.sharing import api as sharing
from haihe.kernel.answers import Answer, UnknownReason
from haihe.kernel.problems import Problem
from haihe.platforms.services import operations
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.models import AskState, Case, Channel, Verification
from haihe.platforms.services.testing import (
    NOW,
    PAPER,
    ListedTrace,
    NotedCorrections,
    ScriptedVerifier,
    actor,
    asked,
    opened,
    says,
    unreachable,
)
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db


def _case(number: str) -> Case:
    return Case.objects.get(number=number)


def _proof(number: str) -> Verification:
    return Verification.objects.get(case__number=number)


def _ask(number: str, verifier: ScriptedVerifier, *, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    operations.ask_data(number=number, verifier=verifier, trace=ListedTrace(), now=now)


def test_a_match_grants_at_once_and_counts_the_paper_and_the_trip() -> None:
    source = says(Answer.MATCH)
    case = _case(asked("liu", source))
    assert case.state == CaseState.APPROVED
    assert (case.papers_saved, case.trips_saved) == (1, 1)
    assert [str(one) for one in case.evidence] == source.evidence
    assert case.decided_by is None


def test_on_the_phone_no_trip_at_all_is_left() -> None:
    number = opened("liu", channel=Channel.PHONE)
    _ask(number, says(Answer.MATCH), minutes=0)
    assert _case(number).trips_saved == 2


def test_a_no_waits_for_the_person_and_refuses_nothing() -> None:
    number = asked("zhang", says(Answer.NO_MATCH))
    assert _case(number).state == CaseState.AWAITING_PAPER
    assert _proof(number).answer == Answer.NO_MATCH
    assert (_case(number).papers_saved, _case(number).trips_saved) == (0, 0)


@pytest.mark.parametrize("reason", list(UnknownReason))
def test_not_knowing_falls_back_to_paper_and_asks_again(reason: UnknownReason) -> None:
    number = asked("wang", says(Answer.UNKNOWN, reason))
    assert _case(number).state == CaseState.AWAITING_PAPER
    next_ask = _proof(number).next_ask_at
    assert next_ask is not None
    assert next_ask > NOW


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (sharing.SourceUnreachable(), AskState.UNREACHABLE),
        (sharing.QuestionRefused(Problem.of("grant-suspended")), AskState.REFUSED),
        (RuntimeError("anything"), AskState.UNREACHABLE),
    ],
)
def test_whatever_a_source_does_the_case_goes_on_by_paper(trouble: Exception, state: AskState) -> None:
    number = asked("liu", ScriptedVerifier(lambda _: trouble))
    assert _case(number).state == CaseState.AWAITING_PAPER
    assert _proof(number).asks.get().state == state
    assert _proof(number).next_ask_at == NOW + timedelta(minutes=1)


def test_the_pause_between_asks_grows_to_an_hour() -> None:
    number = asked("liu", unreachable())
    pauses = []
    for step in range(1, 8):
        at = NOW + timedelta(hours=2 * step)
        operations.ask_data(number=number, verifier=unreachable(), trace=ListedTrace(), now=at)
        next_ask = _proof(number).next_ask_at
        assert next_ask is not None
        pauses.append((next_ask - at).seconds // 60)
    assert pauses == [2, 5, 15, 30, 60, 60, 60]


def test_a_match_that_comes_later_grants_and_still_spares_the_paper() -> None:
    number = asked("liu", unreachable())
    _ask(number, says(Answer.MATCH), minutes=5)
    assert _case(number).state == CaseState.APPROVED
    assert _case(number).papers_saved == 1
    assert _case(number).events.get(name="approve_on_evidence").facts["late"] == 1


def test_once_the_paper_is_in_hand_the_data_is_asked_no_more_and_a_person_decides() -> None:
    number = asked("liu", unreachable())
    clerk = actor("clerk_gjj")
    operations.accept_paper(actor=clerk, number=number, paper=PAPER, note="低保证 第 12 号", now=NOW)
    late = says(Answer.MATCH)
    _ask(number, late, minutes=5)
    assert late.asked == []
    assert _case(number).state == CaseState.AWAITING_DECISION
    operations.decide(actor=clerk, number=number, grant=True, reason="", now=NOW)
    case = _case(number)
    assert (case.state, case.papers_saved, case.trips_saved) == (CaseState.APPROVED, 0, 0)


def test_only_a_person_declines_and_only_where_the_data_answered() -> None:
    clerk = actor("clerk_gjj")
    silent = asked("wang", says(Answer.UNKNOWN))
    with pytest.raises(NotNow):
        operations.decide(actor=clerk, number=silent, grant=False, reason="没有查到低保记录", now=NOW)
    told_no = asked("zhang", says(Answer.NO_MATCH))
    with pytest.raises(InputRefused):
        operations.decide(actor=clerk, number=told_no, grant=False, reason="", now=NOW)
    operations.decide(actor=clerk, number=told_no, grant=False, reason="本人确认未享受低保", now=NOW)
    assert _case(told_no).state == CaseState.DECLINED
    assert _case(told_no).decided_name == clerk.name


def test_a_no_followed_by_silence_is_no_ground_to_decline() -> None:
    number = asked("zhang", says(Answer.NO_MATCH))
    _ask(number, unreachable(), minutes=5)
    with pytest.raises(NotNow):
        operations.decide(actor=actor("clerk_gjj"), number=number, grant=False, reason="没有查到低保记录", now=NOW)


def test_a_correction_goes_to_the_source_with_the_evidence_and_the_case_waits() -> None:
    source = says(Answer.NO_MATCH)
    number = asked("zhang", source)
    desk = NotedCorrections()
    operations.request_correction(
        actor=actor("zhang"),
        number=number,
        paper=PAPER,
        statement="我家上个月已经批准低保。",
        corrections=desk,
        now=NOW,
    )
    assert desk.opened == [(source.evidence[0], "我家上个月已经批准低保。")]
    assert _case(number).state == CaseState.AWAITING_CORRECTION
    _ask(number, says(Answer.MATCH), minutes=60)
    assert _case(number).state == CaseState.APPROVED


def test_asks_that_say_the_same_leave_one_line_in_the_time_line() -> None:
    number = asked("liu", unreachable())
    for minute in (1, 3, 8):
        _ask(number, unreachable(), minutes=minute)
    assert _case(number).events.filter(name="unanswered").count() == 1
    assert _proof(number).attempts == 4


def test_an_approved_case_is_closed_by_a_clerk_when_the_bank_was_told() -> None:
    number = asked("liu", says(Answer.MATCH))
    operations.close_case(actor=actor("clerk_gjj"), number=number, now=NOW)
    assert _case(number).state == CaseState.CLOSED
