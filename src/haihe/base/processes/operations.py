"""Begin a case and move it: locked, one command, and state, open steps and history in one transaction."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from haihe.base.accounts.api import Actor
from haihe.base.jobs import api as jobs
from haihe.base.processes import programs
from haihe.base.processes.models import OpenStep, ProcessCase, ProcessEvent, ProcessVersion, StepKind
from haihe.kernel.process import engine
from haihe.kernel.process.definition import Automatic, Join, Process, Task
from haihe.kernel.process.engine import Values
from haihe.kernel.process.state import Happening, NotNow, Progress, State, Token
from haihe.kernel.process.structure import Problem, check


class Unsound(ValueError):
    """The process could get stuck; `problems` say where."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(f"{problem.step}: {problem.code} {problem.detail}".strip() for problem in problems))
        self.problems = problems


class OtherVersion(ValueError):
    """This version was published with other contents; raise the number."""


class NoSuchCase(LookupError):
    """There is no such case or process."""


def publish(process: Process, *, now: datetime) -> ProcessVersion:
    """Publish a version for new cases; the same one again changes nothing. Raises: Unsound, OtherVersion."""
    if problems := check(process):
        raise Unsound(problems)
    document = msgspec.to_builtins(process)
    kept, _made = ProcessVersion.objects.get_or_create(
        name=process.name, version=process.version, defaults={"document": document, "published_at": now}
    )
    if kept.process != process:
        raise OtherVersion(str(kept))
    return kept


@transaction.atomic
def begin(process: str, *, actor: Actor, now: datetime, data: Values | None = None, at: str = "") -> UUID:
    """Begin a case in the newest version; return its id. `at`: another step than the first, outside of any fork.

    Raises: NoSuchCase.
    """
    version = ProcessVersion.objects.filter(name=process).order_by("-version").first()
    if version is None:
        raise NoSuchCase(process)
    progress = engine.start(version.process, now=now, data=data, at=at)
    row = ProcessCase(version=version, started_at=now)
    _store(row, State(process=process, version=version.version), progress, actor, now)
    return row.id


def hold(case: UUID) -> None:
    """Lock a case until the transaction ends; who locks more locks it first, as sweeps do. Raises: NoSuchCase."""
    _locked(case)


def complete(
    case: UUID,
    number: int,
    *,
    actor: Actor,
    now: datetime,
    choice: str = "",
    values: Values | None = None,
    tell: bool = True,
) -> State:
    """Finish a task. Who may is the caller's matter; `tell` is False where the caller keeps for itself what happened.

    Raises: NotNow, NoSuchCase.
    """
    return _moved(
        case,
        lambda process, state: engine.complete(process, state, number, now=now, choice=choice, values=values),
        actor,
        now,
        tell=tell,
    )


def hear(
    case: UUID, event: str, *, actor: Actor, now: datetime, values: Values | None = None, tell: bool = True
) -> State:
    """Tell a case of an event. Raises: NotNow, NoSuchCase."""
    return _moved(
        case,
        lambda process, state: engine.hear(process, state, event, now=now, values=values),
        actor,
        now,
        tell=tell,
    )


def pause(case: UUID, reason: str, *, actor: Actor, now: datetime, tell: bool = True) -> State:
    """Raises: NotNow, NoSuchCase."""
    return _moved(case, lambda process, state: engine.pause(process, state, reason, now=now), actor, now, tell=tell)


def resume(case: UUID, reason: str, *, actor: Actor, now: datetime, tell: bool = True) -> State:
    """Raises: NotNow, NoSuchCase."""
    return _moved(case, lambda process, state: engine.resume(process, state, reason, now=now), actor, now, tell=tell)


def leave_by(case: UUID, way_out: str, *, actor: Actor, now: datetime, tell: bool = True) -> State:
    """Raises: NotNow, NoSuchCase."""
    return _moved(case, lambda process, state: engine.leave_by(process, state, way_out, now=now), actor, now, tell=tell)


def wake(case: UUID, *, actor: Actor, now: datetime) -> State:
    """Let what is due happen. Raises: NoSuchCase."""
    return _moved(case, lambda process, state: engine.wake(process, state, now=now), actor, now)


@transaction.atomic
def assign(case: UUID, number: int, *, to: UUID | None) -> None:
    """Give an open task to a person, or back to all who may do it. Who may is the caller's matter. Raises: NotNow."""
    _locked(case)
    if not OpenStep.objects.filter(case=case, number=number, kind=StepKind.TASK).update(assignee=to):
        raise NotNow("NOT_OPEN", str(number))


@transaction.atomic
def _moved(
    case: UUID, command: Callable[[Process, State], Progress], actor: Actor, now: datetime, *, tell: bool = True
) -> State:
    row = _locked(case)
    before = row.stands
    progress = command(row.version.process, before)
    if progress.happened or progress.state != before:
        _store(row, before, progress, actor, now, tell=tell)
    else:
        _look_again(row, progress.state, now)
    return progress.state


def _locked(case: UUID) -> ProcessCase:
    row = ProcessCase.objects.select_for_update(of=("self",)).select_related("version").filter(pk=case).first()
    if row is None:
        raise NoSuchCase(str(case))
    return row


def _look_again(row: ProcessCase, state: State, now: datetime) -> None:
    row.wake_at = engine.next_wake(row.version.process, state, now=now)
    row.save(update_fields=["wake_at"])


def _store(
    row: ProcessCase, before: State, progress: Progress, actor: Actor, now: datetime, *, tell: bool = True
) -> None:
    after, process = progress.state, row.version.process
    row.state = msgspec.to_builtins(after)
    row.outcome, row.ended_at = after.outcome, now if after.outcome else None
    row.wake_at = engine.next_wake(process, after, now=now)
    row.save()
    _store_steps(row, process, before, after)
    _store_events(row, progress.happened, actor)
    ear = programs.ear_of(process.name) if tell else None
    if ear is not None:
        ear(row.id, progress.happened, after)


def _store_steps(row: ProcessCase, process: Process, before: State, after: State) -> None:
    left = {token.number for token in before.tokens} - {token.number for token in after.tokens}
    if left:
        row.open_steps.filter(number__in=left).delete()
    known = {token.number for token in before.tokens}
    entered = [token for token in after.tokens if token.number not in known]
    steps = [step for token in entered if (step := _open_step(row, process, token, after.data)) is not None]
    OpenStep.objects.bulk_create(steps)
    if any(step.kind == StepKind.AUTOMATIC for step in steps):
        _have_programs_run(row)


def _have_programs_run(row: ProcessCase) -> None:
    """Let a worker run them as soon as this is kept: who waits at a desk doesn't wait for the sweep of the minute."""
    from haihe.base.processes.tasks import go_on

    # An error of the queue's lock must not undo the caller's work.
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        go_on.configure(queueing_lock=f"processes.case:{row.pk}").defer(case=str(row.pk), **jobs.trace())


def _open_step(row: ProcessCase, process: Process, token: Token, data: Values) -> OpenStep | None:
    step = process.step(token.step)
    if isinstance(step, Join):
        return None
    made = OpenStep(case=row, number=token.number, step=token.step, since=token.since, due_at=token.due_at)
    match step:
        case Task():
            made.kind, made.by = StepKind.TASK, step.taken_by(data)
        case Automatic(does=does):
            made.kind, made.by, made.try_at = StepKind.AUTOMATIC, does, token.since
        case _:
            made.kind = StepKind.WAIT
    return made


def _store_events(row: ProcessCase, happened: tuple[Happening, ...], actor: Actor) -> None:
    last = row.events.order_by("-number").values_list("number", flat=True).first() or 0
    ProcessEvent.objects.bulk_create(
        ProcessEvent(
            case=row,
            number=last + place,
            kind=one.kind.value,
            at=one.at,
            step=one.step,
            token=one.token,
            detail=one.detail,
            actor_id=actor.user_id,
            actor_name=actor.name,
        )
        for place, one in enumerate(happened, start=1)
    )
