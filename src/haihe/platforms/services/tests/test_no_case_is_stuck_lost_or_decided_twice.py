"""Whatever clerks, departments, applicants, programs and the clock do in any order, in every process we ship."""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.keys import api as keys
from haihe.base.processes import api as processes
from haihe.base.processes.models import ProcessCase, ProcessEvent
from haihe.base.processes.programs import Program
from haihe.base.processes.sweeping import sweep
from haihe.base.processes.testing import standing_in
from haihe.kernel.identifiers import id_number_check_character
from haihe.kernel.process.definition import Automatic, Step, Task
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services import operations
from haihe.platforms.services.errors import ServicesError
from haihe.platforms.services.hearing import hear
from haihe.platforms.services.models import Appeal, Case
from haihe.platforms.services.operations import driving
from haihe.platforms.services.process_files import DATA_DECIDES, shipped
from haihe.platforms.services.testing import NOW, application_for, item_by, officer
from haihe.platforms.services.workflow import ENDED, UNDECIDED, WORKFLOW

pytestmark = pytest.mark.django_db

NAMES = sorted(set(shipped()) - {DATA_DECIDES})
STEPS: list[Step] = [step for process in shipped().values() for step in process.steps]
CHOICES = sorted({choice for step in STEPS if isinstance(step, Task) for choice in step.choices} | {""})
BODIES = ("120029", "120048", "120011", "120046", "120020", "120040", "120030")
OFFICERS = [officer(role, body) for role in ("CLERK", "APPROVER") for body in BODIES]
_SERIAL = itertools.count()
_REFUSALS = (ServicesError, ForbiddenMove, NotPermitted)


def _new_person() -> tuple[Actor, str]:
    serial = next(_SERIAL)
    first17 = f"120104{19600101 + serial // 999 % 28}{serial % 999:03d}"
    id_number = first17 + id_number_check_character(first17)
    key = keys.keyring().subject_key(id_number)
    return Actor(uuid.uuid4(), "合成人", frozenset({("CITIZEN", "")}), key), id_number


class Cases(RuleBasedStateMachine):
    """Everybody tries anything, whether or not it is theirs to do."""

    numbers: Bundle[str] = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        ProcessCase.objects.filter(ended_at=None).update(wake_at=None)
        self.now: datetime = NOW
        self.people: dict[str, Actor] = {}
        self.says = ""
        names = {step.does for step in STEPS if isinstance(step, Automatic)}
        programs: dict[str, Program] = dict.fromkeys(names, self._answer)
        self.block = standing_in(does=programs, hears=dict.fromkeys(shipped(), hear))
        self.block.__enter__()

    def teardown(self) -> None:
        self.block.__exit__(None, None, None)

    def _answer(self, work: processes.Work) -> processes.Answer:
        if self.says == "?":
            raise processes.NotYet
        process, state = processes.process_of(work.case), processes.state_of(work.case)
        token = state.token(work.number) if state else None
        step = process.step(token.step) if process and token else None
        answers = sorted(step.answers) if isinstance(step, Automatic) else []
        return processes.Answer((answers[0] if self.says == "first" else answers[-1]) if answers else "")

    @rule(target=numbers, process=st.sampled_from(NAMES), staff=st.integers(0, 2), simple=st.booleans())
    def open(self, process: str, staff: int, simple: bool) -> str:
        citizen, id_number = _new_person()
        form = application_for(item_by(process), staff_count=staff, is_simple=simple)
        form = replace(form, id_number=id_number)
        number = operations.open_case(actor=citizen, application=form, now=self.now)
        assert operations.open_case(actor=citizen, application=form, now=self.now) == number
        self.people[number] = citizen
        return number

    @rule(
        number=numbers,
        who=st.sampled_from([None, *OFFICERS]),
        choice=st.sampled_from(CHOICES),
        other=st.integers(0, 30),
    )
    def step(self, number: str, who: Actor | None, choice: str, other: int) -> None:
        open_now = processes.open_tasks(case=self._process(number))
        step = open_now[other % len(open_now)].number if open_now and other < 25 else other
        self._step(number, who, step, choice)

    @rule(number=numbers, lead=st.integers(0, 5))
    def go_on_as_one_should(self, number: str, lead: int) -> None:
        """Take an open step by whoever it is for, by the choice that comes first or last."""
        open_now = processes.open_tasks(case=self._process(number))
        if not open_now:
            return
        task = open_now[0]
        process = processes.process_of(task.case)
        step = process.step(task.step) if process else None
        choices = sorted(step.choices) if isinstance(step, Task) else []
        choice = choices[lead % len(choices)] if choices else ""
        body = task.by.removeprefix("department:") if ":" in task.by else "120029"
        who = officer("APPROVER" if task.by == "approver" else "CLERK", body)
        self._step(number, who, task.number, choice)

    @rule(number=numbers, who=st.sampled_from(OFFICERS), reason=st.sampled_from(["hearing", "testing", "holiday"]))
    def pause(self, number: str, who: Actor, reason: str) -> None:
        self._try(number, lambda: operations.pause_case(**self._by(number, who), reason=reason, note="写明的情况"))

    @rule(number=numbers, who=st.sampled_from(OFFICERS))
    def resume(self, number: str, who: Actor) -> None:
        self._try(number, lambda: operations.resume_case(**self._by(number, who)))

    @rule(number=numbers, who=st.sampled_from(OFFICERS))
    def somebody_objects(self, number: str, who: Actor) -> None:
        self._try(number, lambda: operations.hear_of(**self._by(number, who), event="objection", note="有异议的情况"))

    @rule(number=numbers, who=st.sampled_from([None, *OFFICERS]))
    def withdraw(self, number: str, who: Actor | None) -> None:
        self._try(number, lambda: operations.withdraw(**self._by(number, who)))

    @rule(number=numbers, who=st.sampled_from(OFFICERS), grant=st.booleans())
    def decide_past_the_process(self, number: str, who: Actor, grant: bool) -> None:
        self._try(number, lambda: operations.decide(**self._by(number, who), grant=grant, reason="写明的情况"))

    @rule(number=numbers, who=st.sampled_from(OFFICERS), choice=st.sampled_from(["missing", "accept"]))
    def ask_for_fields_of_the_form(self, number: str, who: Actor, choice: str) -> None:
        """Only what the form has and what doesn't say whose case it is."""
        known = [field.name for field in operations.fields_to_ask(Case.objects.get(number=number))][:2]
        for task in processes.open_tasks(case=self._process(number)):
            act = partial(operations.take_step, **self._by(number, who), step=task.number, choice=choice, asks=known)
            self._try(number, partial(act, note="写明的情况"))

    @rule(number=numbers, who=st.sampled_from([None, *OFFICERS]), version=st.integers(0, 3))
    def put_right(self, number: str, who: Actor | None, version: int) -> None:
        before = Case.objects.get(number=number).form_version
        self._try(number, lambda: operations.hand_in(**self._by(number, who), version=version, said={}))
        after = Case.objects.get(number=number)
        assert after.form_version - before == int(after.form_version != before), "one version at a time"
        assert after.form_version == before or version == before, "only the version that was shown is put right"
        assert after.form_versions.count() == after.form_version - 1, "every version is kept"

    @rule(number=numbers, who=st.sampled_from(OFFICERS), to=st.sampled_from(OFFICERS))
    def give_to_a_colleague(self, number: str, who: Actor, to: Actor) -> None:
        for task in processes.open_tasks(case=self._process(number)):
            self._try(number, partial(operations.reassign_step, **self._by(number, who), step=task.number, to=to))

    @rule(number=numbers, who=st.sampled_from([None, *OFFICERS]))
    def appeal(self, number: str, who: Actor | None) -> None:
        self._try(number, lambda: operations.file_appeal(**self._by(number, who), statement="我不服这个决定"))

    @rule(number=numbers, who=st.sampled_from(OFFICERS))
    def take_the_review(self, number: str, who: Actor) -> None:
        self._try(number, lambda: operations.take_appeal(**self._by(number, who)))

    @rule(target=numbers, number=numbers, outcome=st.sampled_from(["uphold", "send_back", "replace"]))
    def answer_the_review(self, number: str, outcome: str) -> Any:
        """Whoever took it answers; what goes on is a case like any other."""
        appeal = Appeal.objects.filter(case__number=number).first()
        who = next((one for one in OFFICERS if appeal and one.user_id == appeal.reviewer), OFFICERS[0])
        again: list[str] = []
        self._try(
            number,
            lambda: again.append(
                operations.decide_appeal(**self._by(number, who), outcome=outcome, reason="复核的理由")
            ),
        )
        new = [one for one in again if one]
        self.people |= dict.fromkeys(new, self.people[number])
        return multiple(*new)

    @rule(hours=st.sampled_from([0, 1, 9, 30, 24 * 6, 24 * 21]), says=st.sampled_from(["first", "last", "?"]))
    def time_passes(self, hours: int, says: str) -> None:
        self.now += timedelta(hours=hours)
        self.says = says
        sweep(now=self.now, most=50)
        operations.say_late_appeals(now=self.now)
        operations.escalate_late(now=self.now)

    def _process(self, number: str) -> uuid.UUID:
        found = Case.objects.get(number=number).process_case_id
        assert found is not None, "a case keeps its process"
        return found

    def _step(self, number: str, who: Actor | None, step: int, choice: str) -> None:
        self._try(
            number,
            lambda: operations.take_step(**self._by(number, who), step=step, choice=choice, note="写明的情况"),
        )

    def _by(self, number: str, who: Actor | None) -> dict[str, Any]:
        return {"actor": who or self.people[number], "number": number, "now": self.now}

    def _try(self, number: str, act: Callable[[], object]) -> None:
        before = ProcessEvent.objects.filter(case=self._process(number)).count(), self._events(number)
        try:
            act()
        except _REFUSALS:
            after = ProcessEvent.objects.filter(case=self._process(number)).count(), self._events(number)
            assert after == before, "what is refused leaves no trace"

    def _events(self, number: str) -> int:
        return Case.objects.get(number=number).events.count()

    @invariant()
    def promises_hold(self) -> None:
        for number in self.people:
            _check(Case.objects.get(number=number))


def _check(case: Case) -> None:
    state = processes.state_of(case.process_case_id) if case.process_case_id else None
    assert state is not None
    assert driving.where(state) == case.state, "case and process are at one"
    assert bool(state.tokens) == (case.state not in ENDED), "an open case waits for somebody, an ended one for nobody"
    assert (case.decided_at is None) == (case.state in UNDECIDED)
    moves = list(case.events.exclude(target="").values_list("name", "source", "target"))
    stands = str(WORKFLOW.initial)
    for _name, source, target in moves:
        assert source == stands
        stands = target
    assert stands == case.state
    decided = [target for _name, source, target in moves if source in UNDECIDED and target not in UNDECIDED]
    assert len(decided) <= 1, "decided once"
    appeal = Appeal.objects.filter(case=case).first()
    assert appeal is None or appeal.reviewer != case.decided_by, "nobody reviews their own decision"
    told = case.events.filter(facts__choice="missing").count()
    assert told <= 1, "what is missing is told once"


def test_no_case_is_stuck_lost_or_decided_twice() -> None:
    run_state_machine_as_test(
        Cases,
        settings=settings(
            max_examples=16, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_step_of_a_process_has_somebody_and_every_way_between_states_a_move(name: str) -> None:
    """By the first choice a case comes to its end, so far as a person's or program's answer leads it on."""
    machine = Cases()
    try:
        number = machine.open(name, 1, True)
        for _turn in range(40):
            machine.go_on_as_one_should(number, 0)
            machine.time_passes(24 * 8, "first")
        assert Case.objects.get(number=number).state in ENDED
    finally:
        machine.teardown()
