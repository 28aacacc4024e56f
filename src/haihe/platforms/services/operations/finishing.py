"""A task of a case is finished: process, decision, case and history in one transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.processes import api as processes
from haihe.kernel.process.conditions import Value
from haihe.kernel.process.definition import Process, Task
from haihe.kernel.process.state import State, Token
from haihe.platforms.services.errors import NotNow
from haihe.platforms.services.models import Case
from haihe.platforms.services.operations import driving
from haihe.platforms.services.operations.moving import follow
from haihe.platforms.services.operations.settling import count_savings
from haihe.platforms.services.workflow import REFUSED, CaseState

SUPPLEMENT: Final = "supplement"
HANDED_IN: Final = "handed-in"


def open_task(case: Case, step: str) -> tuple[Token, Task]:
    """Return the open task of that name in a locked case. Raises: NotNow."""
    process, state = process_of(case)
    token = next((token for token in state.tokens if token.step == step), None)
    return task_by(process, state, token.number if token else -1)


def finish(
    case: Case,
    token: Token,
    task: Task,
    choice: str,
    note: str,
    *,
    actor: Actor,
    now: datetime,
    values: Mapping[str, Value] | None = None,
    front: str = "",
) -> None:
    """Finish a task of a locked case by a choice that was checked, and let the case follow. Raises: as `take_step`."""
    after = commanded(
        lambda pk: processes.complete(pk, token.number, actor=actor, now=now, choice=choice, values=values, tell=False),
        case,
    )
    _sign(case, after, actor, note)
    facts: dict[str, str | int | None] = {
        "step": task.id,
        "title_zh": task.title.zh,
        "title_en": task.title.en,
        "choice": choice,
        "note": note,
    }
    if front:
        facts["front"] = front
    follow(case, after, actor=actor, now=now, facts=facts)


def process_of(case: Case) -> tuple[Process, State]:
    """Raises: NotNow where the case has no process of its own."""
    pk = case.process_case_id
    process, state = (processes.process_of(pk), processes.state_of(pk)) if pk else (None, None)
    if process is None or state is None:
        raise NotNow(_("这个办件没有可以办理的环节。"))
    return process, state


def task_by(process: Process, state: State, step: int) -> tuple[Token, Task]:
    token = state.token(step)
    task = driving.task_at(process, state, token) if token else None
    if token is None or task is None:
        raise NotNow(_("这个环节已经办过了。下面是最新情况。"))
    return token, task


def commanded(command: Callable[[UUID], State], case: Case) -> State:
    if case.process_case_id is None:
        raise NotNow(_("这个办件没有可以办理的环节。"))
    try:
        return command(case.process_case_id)
    except processes.NotNow:
        raise NotNow(_("办件已有新的进展，现在不能这样做。下面是最新情况。")) from None


def _sign(case: Case, after: State, actor: Actor, note: str) -> None:
    """Put the name of whoever decided under the decision, once."""
    target = driving.where(after)
    if case.decided_at is not None or target not in (CaseState.APPROVED, CaseState.CLOSED, *REFUSED):
        return
    if target not in REFUSED:
        count_savings(case)
    case.decided_by, case.decided_name, case.decision_reason = actor.user_id, actor.name, note
