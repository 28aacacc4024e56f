"""Whatever people and sources do in whatever order, a case keeps its promises."""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.keys import api as keys
from haihe.base.processes import api as processes
from haihe.data.sharing import api as sharing
from haihe.kernel.answers import Answer, UnknownReason
from haihe.kernel.identifiers import id_number_check_character
from haihe.kernel.problems import PROBLEMS, Problem
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services import operations
from haihe.platforms.services.errors import ServicesError
from haihe.platforms.services.models import Ask, AskState, Case, Channel, ProvenBy, Verification
from haihe.platforms.services.operations import driving
from haihe.platforms.services.operations.deciding import may_decline
from haihe.platforms.services.testing import (
    NOW,
    PAPER,
    RESOURCE,
    ListedTrace,
    NotedCorrections,
    ScriptedVerifier,
    actor,
    application,
)
from haihe.platforms.services.workflow import ASKABLE, ENDED, REFUSED, UNDECIDED, WORKFLOW, CaseState

pytestmark = pytest.mark.django_db

CLERK = "clerk_gjj"
_SERIAL = itertools.count()

type Said = Answer | tuple[Answer, UnknownReason] | Exception

ANSWERS: st.SearchStrategy[Said] = st.one_of(
    st.sampled_from([Answer.MATCH, Answer.NO_MATCH]),
    st.tuples(st.just(Answer.UNKNOWN), st.sampled_from(UnknownReason)),
    st.builds(sharing.SourceUnreachable),
    st.builds(lambda slug: sharing.QuestionRefused(Problem.of(slug)), st.sampled_from(sorted(PROBLEMS))),
    st.sampled_from([OSError("gone"), ValueError("nonsense"), TimeoutError(), KeyError("x")]),
)


def _new_person() -> tuple[Actor, str]:
    serial = next(_SERIAL)
    first17 = f"120103{19500101 + serial // 999 % 28}{serial % 999:03d}"
    id_number = first17 + id_number_check_character(first17)
    key = keys.keyring().subject_key(id_number)
    return Actor(uuid.uuid4(), "合成人", frozenset({("CITIZEN", "")}), key), id_number


@dataclass
class Told:
    """What the outside world knows of one case, to hold the case against."""

    citizen: Actor
    matches: set[str] = field(default_factory=set)
    events: list[int] = field(default_factory=list)


class Cases(RuleBasedStateMachine):
    """Clerks, citizens, sources and the clock, in any order."""

    numbers: Bundle[str] = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        # Cases of earlier examples stay (their events can't be removed); nobody asks for them any more.
        Verification.objects.update(next_ask_at=None)
        self.now: datetime = NOW
        self.told: dict[str, Told] = {}

    @rule(target=numbers, channel=st.sampled_from(Channel))
    def open(self, channel: Channel) -> str:
        citizen, id_number = _new_person()
        form = replace(application("liu", channel=channel), id_number=id_number)
        who = actor(CLERK) if channel == Channel.WINDOW else citizen
        number = operations.open_case(actor=who, application=form, now=self.now)
        assert operations.open_case(actor=who, application=form, now=self.now) == number
        self.told[number] = Told(citizen)
        return number

    @rule(number=numbers, said=ANSWERS)
    def ask(self, number: str, said: Said) -> None:
        self._ask(
            lambda verifier: operations.ask_data(number=number, verifier=verifier, trace=ListedTrace(), now=self.now),
            said,
        )

    @rule(said=ANSWERS, minutes=st.sampled_from([0, 1, 3, 61, 24 * 60 + 1]))
    def sweep(self, said: Said, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self._ask(
            lambda verifier: operations.recheck_waiting(verifier=verifier, trace=ListedTrace(), now=self.now), said
        )

    @rule()
    def the_register_is_fed_anew(self) -> None:
        operations.source_refreshed(resource=RESOURCE, now=self.now)

    @rule()
    def the_gateway_is_back(self) -> None:
        operations.source_reachable_again(now=self.now)

    @rule(number=numbers, by_clerk=st.booleans())
    def accept_paper(self, number: str, by_clerk: bool) -> None:
        who = self._who(number, by_clerk)
        self._try(
            number, lambda: operations.accept_paper(actor=who, number=number, paper=PAPER, note="低保证", now=self.now)
        )

    @rule(number=numbers, by_clerk=st.booleans())
    def request_correction(self, number: str, by_clerk: bool) -> None:
        who = self._who(number, by_clerk)
        self._try(
            number,
            lambda: operations.request_correction(
                actor=who,
                number=number,
                paper=PAPER,
                statement="名册上漏了我家",
                corrections=NotedCorrections(),
                now=self.now,
            ),
        )

    @rule(number=numbers, by_clerk=st.booleans(), grant=st.booleans())
    def decide(self, number: str, by_clerk: bool, grant: bool) -> None:
        who = self._who(number, by_clerk)
        case = Case.objects.get(number=number)
        silent = not may_decline(case)
        self._try(
            number, lambda: operations.decide(actor=who, number=number, grant=grant, reason="写明的理由", now=self.now)
        )
        if silent and not grant:
            assert Case.objects.get(number=number).state != CaseState.DECLINED

    @rule(number=numbers, by_clerk=st.booleans())
    def withdraw(self, number: str, by_clerk: bool) -> None:
        who = self._who(number, by_clerk)
        self._try(number, lambda: operations.withdraw(actor=who, number=number, now=self.now))

    @rule(number=numbers)
    def close(self, number: str) -> None:
        self._try(number, lambda: operations.close_case(actor=actor(CLERK), number=number, now=self.now))

    @rule(number=consumes(numbers), stranger=st.sampled_from(["outsider", "auditor", "steward_gjj", "zhang"]))
    def strangers_reach_nothing(self, number: str, stranger: str) -> None:
        who = actor(stranger)
        before = Case.objects.get(number=number).state
        attempts: tuple[Callable[[], object], ...] = (
            lambda: operations.withdraw(actor=who, number=number, now=self.now),
            lambda: operations.close_case(actor=who, number=number, now=self.now),
            lambda: operations.decide(actor=who, number=number, grant=True, reason="想要", now=self.now),
        )
        for attempt in attempts:
            with pytest.raises(ServicesError):
                attempt()
        assert Case.objects.get(number=number).state == before

    @invariant()
    def promises_hold(self) -> None:
        for number, told in self.told.items():
            _check(Case.objects.get(number=number), told)

    def _who(self, number: str, by_clerk: bool) -> Actor:
        return actor(CLERK) if by_clerk else self.told[number].citizen

    def _ask(self, act: Callable[[ScriptedVerifier], object], said: Said) -> None:
        verifier = ScriptedVerifier(lambda _: said)
        act(verifier)
        if said is Answer.MATCH:
            for number, evidence in zip(verifier.asked, verifier.evidence, strict=True):
                self.told[number].matches.add(evidence)

    def _try(self, number: str, act: Callable[[], object]) -> None:
        before = Case.objects.get(number=number).state
        try:
            act()
        except (ServicesError, ForbiddenMove, NotPermitted):
            assert Case.objects.get(number=number).state == before


def _check(case: Case, told: Told) -> None:
    one = Verification.objects.get(case=case)
    _check_history(case, told)
    assert {str(key) for key in case.evidence} <= told.matches
    assert case.papers_saved <= len(case.evidence)
    if case.state in (CaseState.APPROVED, CaseState.CLOSED):
        assert case.basis == one.proven_by
        assert (case.papers_saved == 1) == (one.proven_by == ProvenBy.EVIDENCE)
    if case.state == CaseState.DECLINED:
        assert case.decided_by is not None
        assert one.proven_by == ProvenBy.PAPER or one.answer == Answer.NO_MATCH
    if case.state not in ASKABLE:
        assert one.next_ask_at is None
        assert not Ask.objects.filter(verification=one, state=AskState.INTENDED).exists()
    elif not one.proven_by:
        assert one.next_ask_at is not None, "a case that waits is never forgotten"
    assert (case.decided_at is None) == (case.state in UNDECIDED)
    _check_process(case)


def _check_process(case: Case) -> None:
    """The case is where its process is, and while it is open, somebody or something is waited for."""
    assert case.process_case_id is not None
    state = processes.state_of(case.process_case_id)
    assert state is not None
    stands = driving.where(state)
    assert case.state in ASKABLE if stands is None else case.state == stands
    assert bool(state.tokens) == (case.state not in ENDED)


def _check_history(case: Case, told: Told) -> None:
    events = list(case.events.values_list("id", "source", "target"))
    keys_now = [key for key, _, _ in events]
    assert keys_now[: len(told.events)] == told.events
    told.events = keys_now
    state = str(WORKFLOW.initial)
    for _, source, target in events:
        if target:
            assert source == state
            state = target
    assert state == case.state


def test_a_case_keeps_its_promises() -> None:
    run_state_machine_as_test(
        Cases,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_path_leads_from_silence_to_refusal() -> None:
    refusing = [move for move in WORKFLOW.moves if move.target in REFUSED]
    assert {role for move in refusing for role in move.roles} == {"CLERK", "APPROVER"}
    assert all({CaseState.SUBMITTED, CaseState.CHECKING}.isdisjoint(move.sources) for move in refusing)
    assert set(ENDED) == WORKFLOW.terminal
