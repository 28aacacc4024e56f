"""Between the question and its record a process may die: no evidence is lost, none counted twice."""

import uuid
from datetime import timedelta

import pytest

from haihe.kernel.answers import Answer
from haihe.platforms.services import operations
from haihe.platforms.services.models import Ask, AskState, Case
from haihe.platforms.services.ports import Recorded
from haihe.platforms.services.testing import NOW, ListedTrace, ScriptedVerifier, actor, asked, opened, says, unreachable
from haihe.platforms.services.workflow import ASK_LEASE_S, CaseState

pytestmark = pytest.mark.django_db

AFTER_LEASE = NOW + timedelta(seconds=ASK_LEASE_S + 1)


class Killed(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


def _dies(_: str) -> Answer:
    raise Killed


def _cut_off() -> str:
    number = opened("liu")
    with pytest.raises(Killed):
        operations.ask_data(number=number, verifier=ScriptedVerifier(_dies), trace=ListedTrace(), now=NOW)
    assert Ask.objects.get().state == AskState.INTENDED
    return number


def test_the_answer_that_was_given_is_taken_from_the_ledger_and_not_asked_for_again() -> None:
    number = _cut_off()
    evidence = str(uuid.uuid4())
    again = says(Answer.NO_MATCH)
    trace = ListedTrace((Recorded(answer="MATCH", evidence=evidence, reason=None, as_of=NOW),))
    operations.recheck_waiting(verifier=again, trace=trace, now=AFTER_LEASE)
    case = Case.objects.get(number=number)
    assert again.asked == []
    assert case.state == CaseState.APPROVED
    assert [str(one) for one in case.evidence] == [evidence]


def test_if_the_ledger_holds_nothing_it_is_asked_anew() -> None:
    number = _cut_off()
    operations.recheck_waiting(verifier=says(Answer.MATCH), trace=ListedTrace(), now=AFTER_LEASE)
    assert Case.objects.get(number=number).state == CaseState.APPROVED
    assert list(Ask.objects.values_list("state", flat=True)) == [AskState.LOST, AskState.ANSWERED]


def test_evidence_already_kept_is_not_taken_twice() -> None:
    first = says(Answer.NO_MATCH)
    number = asked("zhang", first)
    with pytest.raises(Killed):
        operations.ask_data(number=number, verifier=ScriptedVerifier(_dies), trace=ListedTrace(), now=NOW)
    old = Recorded(answer="NO_MATCH", evidence=first.evidence[0], reason=None, as_of=NOW)
    second = says(Answer.MATCH)
    operations.ask_data(number=number, verifier=second, trace=ListedTrace((old,)), now=AFTER_LEASE)
    assert second.asked == [number]


def test_while_an_ask_runs_nobody_asks_beside_it() -> None:
    number = _cut_off()
    beside = says(Answer.MATCH)
    operations.ask_data(number=number, verifier=beside, trace=ListedTrace(), now=NOW + timedelta(seconds=5))
    assert beside.asked == []


def test_a_case_whose_process_died_before_it_asked_is_asked_for_by_the_sweep() -> None:
    number = opened("liu")
    assert operations.recheck_waiting(verifier=says(Answer.MATCH), trace=ListedTrace(), now=NOW) == 1
    assert Case.objects.get(number=number).state == CaseState.APPROVED


def test_an_answer_that_arrives_after_the_person_withdrew_is_kept_and_moves_nothing() -> None:
    number = opened("liu")

    def withdraws_meanwhile(_: str) -> Answer:
        operations.withdraw(actor=actor("liu"), number=number, now=NOW)
        return Answer.MATCH

    source = ScriptedVerifier(withdraws_meanwhile)
    operations.ask_data(number=number, verifier=source, trace=ListedTrace(), now=NOW)
    case = Case.objects.get(number=number)
    assert case.state == CaseState.WITHDRAWN
    assert case.papers_saved == 0
    assert [str(ask.evidence) for ask in Ask.objects.all()] == source.evidence


def test_an_answer_given_after_we_lost_patience_is_taken_over_too() -> None:
    number = asked("liu", unreachable())
    evidence = str(uuid.uuid4())
    trace = ListedTrace((Recorded(answer="MATCH", evidence=evidence, reason=None, as_of=NOW),))
    again = says(Answer.NO_MATCH)
    operations.recheck_waiting(verifier=again, trace=trace, now=AFTER_LEASE)
    case = Case.objects.get(number=number)
    assert again.asked == []
    assert (case.state, [str(one) for one in case.evidence]) == (CaseState.APPROVED, [evidence])
