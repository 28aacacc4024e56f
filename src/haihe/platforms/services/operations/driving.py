"""Between a case and its process: begin it, lead it on by a move of the table, and see where it stands.

The process is locked before its case, always, as the sweep of due processes does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted
from haihe.base.processes import api as processes
from haihe.kernel.process.definition import Process, Task
from haihe.kernel.process.state import Clock, State, Token
from haihe.kernel.workflow import ForbiddenMove, Move
from haihe.platforms.services import parties, process_files
from haihe.platforms.services.items.api import ItemDefinition
from haihe.platforms.services.models import Case
from haihe.platforms.services.workflow import ASKABLE, DATA_CHECK, STANDS, WORKFLOW, CaseState, state_of

_APPROVE: Final = "approve"
type Values = Mapping[str, object]

_HEARD: Final = {
    "approve_on_evidence": "proven",
    "ready": "proven",
    "complete_papers": "papers-in-hand",
    "decline": "declined",
}
"""What the process hears of a move while it stands where data is asked."""


def begin(item: ItemDefinition, *, values: Values, actor: Actor, now: datetime, at: str = "") -> UUID:
    """Begin the newest version of the item's process; only what its conditions ask for goes into its state.

    Raises: NoSuchCase where no process bears that name.
    """
    found = processes.newest(item.process)
    if found is None:
        process_files.load_processes(now=now)
        found = processes.newest(item.process)
    asked = process_files.asked_of_form(found) if found else frozenset()
    data = {name: process_files.plain_value(values.get(name)) for name in asked}
    data["promised_days"] = item.promised_days
    if found and process_files.names_other_department(found):
        data["other_department"] = item.other_department or parties.FIRE_BRIGADE
    return processes.begin(item.process, actor=actor, now=now, data=data, at=at)


def hold(case: Case) -> None:
    """Lock the case's process, before the case itself is locked."""
    if case.process_case_id is not None:
        processes.hold(case.process_case_id)


def where(state: State) -> CaseState | None:
    """Return how far a case is; None while data is asked."""
    steps = [token.step for token in state.tokens]
    return state_of(steps=steps, is_paused=bool(state.pauses), outcome=state.outcome)


def running(state: State) -> Clock | None:
    """Return the limit that runs, or that is stopped, if one does."""
    return next((clock for clock in state.clocks if clock.ended_at is None), None)


def awaited(case: UUID, state: State) -> list[tuple[Token, Task]]:
    """Return the open tasks of a case, each with who takes it in this one."""
    process = processes.process_of(case)
    tasks = [(token, task_at(process, state, token)) for token in state.tokens]
    return [(token, task) for token, task in tasks if task]


def drive(case: Case, move: Move, *, actor: Actor, now: datetime) -> State | None:
    """Lead the process of a locked case on by a move of the table; None where it has no process.

    A case that the version before this one has moved meanwhile goes on by the table alone. Raises: ForbiddenMove where
    the process says otherwise, NotPermitted.
    """
    state = processes.state_of(case.process_case_id) if case.process_case_id else None
    if state is None or not _agrees(where(state), case.state):
        case.process_case = None
        return None
    try:
        after = _led(case, state, move.name, actor, now)
    except processes.NotNow as refusal:
        raise ForbiddenMove(WORKFLOW.name, case.state, f"{move.name}: {refusal.reason}") from refusal
    if not _agrees(where(after), move.target):
        raise ForbiddenMove(WORKFLOW.name, case.state, f"{move.name} leads to {where(after)}")
    return after


def _agrees(found: CaseState | None, state: str) -> bool:
    return state in ASKABLE if found is None else found == state


def _led(case: Case, state: State, name: str, actor: Actor, now: datetime) -> State:
    pk = case.process_case_id
    if pk is None:
        return state
    if name == "withdraw":
        return processes.leave_by(pk, name, actor=actor, now=now, tell=False)
    if any(token.step == DATA_CHECK for token in state.tokens):
        event = _HEARD.get(name)
        return processes.hear(pk, event, actor=actor, now=now, tell=False) if event else state
    return _done(case, pk, state, name, actor, now)


def _done(case: Case, pk: UUID, state: State, name: str, actor: Actor, now: datetime) -> State:
    """Finish the one open task, by the choice that bears the move's name where it has choices."""
    tasks = awaited(pk, state)
    if not tasks:
        raise processes.NotNow("NOT_OPEN", name)
    token, task = tasks[0]
    if actor is not SYSTEM and not parties.may_take(actor, case, task.by):
        raise NotPermitted(f"{name} is for {task.by}")
    return processes.complete(pk, token.number, actor=actor, now=now, choice=name if task.choices else "", tell=False)


def after_approval(item: ItemDefinition) -> str:
    """Return the task that follows once such a case is granted; "" where something else than a person comes next."""
    process = processes.newest(item.process)
    steps = process.steps if process else ()
    found = {step.choices[_APPROVE] for step in steps if isinstance(step, Task) and _APPROVE in step.choices}
    tasks = {step.id for step in steps if isinstance(step, Task) and STANDS.get(step.id) is CaseState.APPROVED}
    return next(iter(sorted(found & tasks)), "")


def task_at(process: Process | None, state: State, token: Token) -> Task | None:
    """Return the task at a token, with who takes it in this case; None where no person is waited for."""
    found = process.step(token.step) if process else None
    return replace(found, by=found.taken_by(state.data)) if isinstance(found, Task) else None
