"""A case is stored with all that is open on it and all that happened, and moves by one command at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from msgspec.structs import replace
from procrastinate.contrib.django.models import ProcrastinateJob

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.base.processes import api as processes
from haihe.base.processes import operations
from haihe.base.processes.models import OpenStep, ProcessCase, ProcessEvent, ProcessVersion
from haihe.base.processes.sweeping import RETRY_MIN, sweep
from haihe.base.processes.testing import standing_in
from haihe.kernel.process.definition import Task
from haihe.kernel.process.state import Happening, Kind, State
from haihe.kernel.process.testing import OPENING
from haihe.kernel.working_time import CHINA_TIME

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA_TIME)
CLERK = Actor(user_id=uuid4(), name="王窗口")


@pytest.fixture(autouse=True)
def published() -> ProcessVersion:
    return processes.publish(OPENING, now=MONDAY)


def begun() -> UUID:
    return processes.begin("company-example", actor=CLERK, now=MONDAY, data={"staff": 1})


def number_of(case: UUID, step: str) -> int:
    return OpenStep.objects.get(case=case, step=step).number


def do(case: UUID, step: str, choice: str = "") -> State:
    return processes.complete(case, number_of(case, step), choice=choice, actor=CLERK, now=MONDAY)


def licensed() -> UUID:
    case = begun()
    do(case, "accept", "complete")
    do(case, "examine", "licence")
    return case


def open_steps(case: UUID) -> set[str]:
    return set(OpenStep.objects.filter(case=case).values_list("step", flat=True))


def test_departments_find_their_tasks() -> None:
    case = licensed()

    tasks = processes.open_tasks(by=["POLICE", "INSURANCE"])

    assert {(task.case, task.step, task.by) for task in tasks} == {
        (case, "seal", "POLICE"),
        (case, "staff-insurance", "INSURANCE"),
    }


def test_what_happened_is_kept_in_order_with_who_did_it() -> None:
    case = begun()
    do(case, "accept", "missing")

    kept = [
        (event.number, event.kind, event.step, event.detail, event.actor_name) for event in processes.history_of(case)
    ]

    assert kept == [
        (1, "STARTED", "", "", "王窗口"),
        (2, "OPENED", "accept", "", "王窗口"),
        (3, "DONE", "accept", "missing", "王窗口"),
        (4, "OPENED", "supplement", "", "王窗口"),
    ]


def test_a_task_is_given_to_a_person_and_given_back() -> None:
    case = begun()
    processes.assign(case, 1, to=CLERK.user_id)
    assert [task.case for task in processes.open_tasks(assignee=CLERK.user_id)] == [case]

    processes.assign(case, 1, to=None)

    assert processes.open_tasks(assignee=CLERK.user_id) == []
    with pytest.raises(processes.NotNow):
        processes.assign(case, 9, to=None)


def test_a_case_ends_with_an_outcome_and_nothing_open() -> None:
    case = begun()

    processes.leave_by(case, "withdraw", actor=CLERK, now=MONDAY)

    row = ProcessCase.objects.get(pk=case)
    assert (row.outcome, row.ended_at, row.wake_at) == ("WITHDRAWN", MONDAY, None)
    assert open_steps(case) == set()
    with pytest.raises(processes.NotNow, match="ENDED"):
        processes.leave_by(case, "withdraw", actor=CLERK, now=MONDAY)


def test_a_refused_command_leaves_everything_as_it_was() -> None:
    case = begun()
    before = list(ProcessEvent.objects.values())

    with pytest.raises(processes.NotNow):
        processes.complete(case, 1, choice="perhaps", actor=CLERK, now=MONDAY)

    assert list(ProcessEvent.objects.values()) == before
    assert open_steps(case) == {"accept"}


def test_pauses_are_stored() -> None:
    case = begun()
    do(case, "accept", "complete")
    processes.pause(case, "supplement", actor=CLERK, now=MONDAY)
    state = processes.state_of(case)
    assert state is not None
    assert state.clocks[0].due_at is None

    assert processes.resume(case, "supplement", actor=CLERK, now=MONDAY).clocks[0].due_at is not None


def test_a_case_stays_with_the_version_under_which_it_began() -> None:
    case = begun()
    renamed = tuple(replace(step, by="OTHERS") if isinstance(step, Task) else step for step in OPENING.steps)
    processes.publish(replace(OPENING, version=2, steps=renamed), now=MONDAY)

    do(case, "accept", "complete")

    assert [task.by for task in processes.open_tasks(case=case)] == ["MARKET"]
    assert [task.by for task in processes.open_tasks(case=begun())] == ["OTHERS"]


def test_a_published_version_never_changes() -> None:
    processes.publish(OPENING, now=MONDAY)
    with pytest.raises(processes.OtherVersion):
        processes.publish(replace(OPENING, ways_out=()), now=MONDAY)


def test_what_could_get_stuck_is_not_published() -> None:
    with pytest.raises(processes.Unsound, match="examine: UNKNOWN"):
        processes.publish(replace(OPENING, version=3, steps=OPENING.steps[:3]), now=MONDAY)


def test_history_and_versions_only_grow() -> None:
    begun()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        ProcessEvent.objects.all().delete()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        ProcessVersion.objects.update(version=9)


def test_an_unknown_case_is_told_as_such() -> None:
    with pytest.raises(processes.NoSuchCase):
        processes.hear(uuid4(), "objection", actor=CLERK, now=MONDAY)
    with pytest.raises(processes.NoSuchCase):
        processes.begin("nothing", actor=CLERK, now=MONDAY)


class Tax:
    """Answers what it is told to."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers, self.asked = list(answers), list[processes.Work]()

    def __call__(self, work: processes.Work) -> processes.Answer:
        self.asked.append(work)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return processes.Answer(answer, {"taxpayer": "T1"})


def test_a_program_does_its_step() -> None:
    case, tax = licensed(), Tax("registered")

    with standing_in(does={"register-tax": tax}):
        assert sweep(now=MONDAY) == 1
        assert sweep(now=MONDAY) == 0

    assert [work.data["staff"] for work in tax.asked] == [1]
    state = processes.state_of(case)
    assert state is not None
    assert state.data["taxpayer"] == "T1"
    assert "tax" not in {token.step for token in state.tokens}


def test_a_worker_is_called_as_soon_as_a_case_comes_to_a_program_and_once() -> None:
    called = ProcrastinateJob.objects.filter(task_name="processes.go_on", status="todo")
    case = begun()
    do(case, "accept", "complete")
    assert not called.exists()

    do(case, "examine", "licence")

    assert [job.args["case"] for job in called] == [str(case)]


@pytest.mark.parametrize("first", [processes.NotYet(), OSError("away"), "nonsense"])
def test_a_program_without_an_answer_is_asked_again_later(first: str | Exception) -> None:
    case, tax = licensed(), Tax(first, "registered")

    with standing_in(does={"register-tax": tax}):
        sweep(now=MONDAY)
        assert sweep(now=MONDAY + timedelta(seconds=59)) == 0
        sweep(now=MONDAY + timedelta(minutes=RETRY_MIN[0]))

    assert [work.attempt for work in tax.asked] == [1, 2]
    assert "tax" not in open_steps(case)


def test_a_step_that_nobody_does_stays_open() -> None:
    case = licensed()

    with standing_in():
        sweep(now=MONDAY)

    assert "tax" in open_steps(case)


def test_a_notice_is_over_by_itself() -> None:
    case = licensed()
    for step in ("seal", "staff-insurance"):
        do(case, step)
    do(case, "tax", "registered")
    row = ProcessCase.objects.get(pk=case)
    assert row.wake_at == datetime(2026, 12, 14, tzinfo=CHINA_TIME)

    sweep(now=row.wake_at)

    assert ProcessCase.objects.get(pk=case).outcome == "OPENED"


def test_a_limit_that_runs_out_is_heard_once() -> None:
    case = begun()
    do(case, "accept", "complete")
    heard: list[tuple[Kind, str]] = []

    def ear(_case: UUID, happened: Sequence[Happening], _state: State) -> None:
        heard.extend((one.kind, one.detail) for one in happened)

    with standing_in(hears={"company-example": ear}):
        for days in (3, 4, 5):
            sweep(now=MONDAY + timedelta(days=days))

    assert heard == [(Kind.LATE, "one-day")]


def test_what_an_ear_raises_undoes_the_step() -> None:
    case = begun()

    def ear(_case: UUID, _happened: Sequence[Happening], _state: State) -> None:
        raise RuntimeError("not with us")

    with standing_in(hears={"company-example": ear}), pytest.raises(RuntimeError):
        do(case, "accept", "complete")

    assert open_steps(case) == {"accept"}


def test_a_name_stands_for_one_program() -> None:
    with standing_in():
        processes.register("ask", Tax())
        with pytest.raises(ValueError, match="ask"):
            processes.register("ask", Tax())


def test_waking_a_case_that_has_nothing_to_do_keeps_nothing() -> None:
    case = begun()
    before = ProcessEvent.objects.count()

    operations.wake(case, actor=SYSTEM, now=MONDAY)

    assert ProcessEvent.objects.count() == before
