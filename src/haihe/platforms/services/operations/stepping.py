"""Steps that people take in a case's process: one task is done once, by whoever the process names.

Rules that no process can change: what is missing is told once, all of it (行政许可法 第32条); who refuses says why
(第38条); a pause names a reason of its process (第45条).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.base.processes import api as processes
from haihe.kernel.process.definition import Process, Task
from haihe.kernel.process.state import State, Token
from haihe.platforms.services import parties
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.models import Case
from haihe.platforms.services.operations import objecting, supplementing
from haihe.platforms.services.operations.absences import stand_in_for
from haihe.platforms.services.operations.certifying import lapsed_papers
from haihe.platforms.services.operations.deciding import LONGEST_REASON, SHORTEST_REASON
from haihe.platforms.services.operations.finishing import (
    HANDED_IN,
    SUPPLEMENT,
    commanded,
    finish,
    process_of,
    task_by,
)
from haihe.platforms.services.operations.moving import follow, lock, record
from haihe.platforms.services.operations.noticing import OBJECTION, running_notice
from haihe.platforms.services.queries import roles_on
from haihe.platforms.services.telling import tell_given

_APPROVE: Final = "approve"
_LAPSED: Final = "lapsed"
_ACCEPT: Final = "accept"
_EXAMINE: Final = "examine"
_ACCEPTS: Final = ("accept", "approve")
_NEEDS_NOTE: Final = ("missing", "refuse", "decline", "back", "lapsed", "unmet", "put-right")
"""Choices that tell somebody something: they say what."""


@transaction.atomic
def take_step(
    *,
    actor: Actor,
    number: str,
    step: int,
    choice: str = "",
    note: str = "",
    asks: Collection[str] = (),
    now: datetime,
) -> None:
    """Do an open task of the case; `step` is its own number, so that what was done can't be done again.

    `asks` are the fields of the form that have to be put right, where that is what the choice says.
    Raises: CaseNotFound, NotPermitted, NotNow, InputRefused, ForbiddenMove.
    """
    case = lock(actor, number)
    process, state = process_of(case)
    token, task = task_by(process, state, step)
    if not parties.may_take(actor, case, task.by):
        raise NotPermitted(f"{task.id} is for {task.by}")
    do_step(case, token, task, choice=choice, note=note, asks=asks, actor=actor, now=now)


def do_step(
    case: Case,
    token: Token,
    task: Task,
    *,
    choice: str,
    note: str,
    asks: Collection[str] = (),
    actor: Actor,
    now: datetime,
    front: str = "",
) -> None:
    """Do an open task of a locked case; who may was checked before. `front`: the body at whose counter it was done.

    Raises: NotNow, InputRefused, ForbiddenMove.
    """
    process, state = process_of(case)
    told = note.strip()[:LONGEST_REASON]
    _check(process, state, token, task, choice, told, actor)
    answers = _check_objections(case, task, told, now)
    if task.id == _ACCEPT and choice in _ACCEPTS:
        _check_certificates(case, told, now)
    if task.choices.get(choice) == SUPPLEMENT:
        supplementing.ask_for(case, asks, told, actor=actor, now=now)
    elif choice == HANDED_IN and supplementing.open_supplement(case) is not None:
        raise NotNow(_("请先改正要求补正的内容，再提交。"))
    finish(case, token, task, choice, told, actor=actor, now=now, front=front)
    if answers:
        objecting.answer_objections(case, told, actor=actor, now=now)


@transaction.atomic
def pause_case(*, actor: Actor, number: str, reason: str, note: str, now: datetime) -> None:
    """Stop the promised time for a reason that the process knows, with its clause. Raises: as `take_step`."""
    case = lock(actor, number)
    _require_handler(actor, case)
    if len(note.strip()) < SHORTEST_REASON:
        raise InputRefused("note", _("请写明为什么中止计时，至少 5 个字。"))
    process, state = process_of(case)
    if state.pauses or reason not in {pause.reason for pause in process.pauses}:
        raise NotNow(_("现在不能以这个理由中止计时。"))
    after = commanded(lambda pk: processes.pause(pk, reason, actor=actor, now=now, tell=False), case)
    follow(case, after, actor=actor, now=now, facts={"reason": reason, "note": note.strip()[:LONGEST_REASON]})


@transaction.atomic
def resume_case(*, actor: Actor, number: str, now: datetime) -> None:
    """Let the promised time run on. Raises: as `take_step`."""
    case = lock(actor, number)
    _require_handler(actor, case)
    _process_known, state = process_of(case)
    if not state.pauses:
        raise NotNow(_("这个办件没有中止计时。"))
    reason = state.pauses[0].reason
    after = commanded(lambda pk: processes.resume(pk, reason, actor=actor, now=now, tell=False), case)
    follow(case, after, actor=actor, now=now, facts={"reason": reason})


@transaction.atomic
def hear_of(*, actor: Actor, number: str, event: str, note: str, now: datetime) -> None:
    """Tell the case of what it waits for, such as an objection during a notice. Raises: as `take_step`."""
    case = lock(actor, number)
    _require_handler(actor, case)
    if len(note.strip()) < SHORTEST_REASON:
        raise InputRefused("note", _("请写明是谁、提出了什么，至少 5 个字。"))
    if event == OBJECTION:
        objecting.note_objection(case, note, now=now)
    after = commanded(lambda pk: processes.hear(pk, event, actor=actor, now=now, tell=False), case)
    follow(case, after, actor=actor, now=now, facts={"event": event, "note": note.strip()[:LONGEST_REASON]})


@transaction.atomic
def assign_step(*, actor: Actor, number: str, step: int, take: bool, now: datetime) -> None:
    """Take an open task for oneself, or give it back to all who may do it. Raises: as `take_step`."""
    case = lock(actor, number)
    process, state = process_of(case)
    token, task = task_by(process, state, step)
    if not parties.may_take(actor, case, task.by):
        raise NotPermitted(f"{task.id} is for {task.by}")
    _assign(case, token.number, actor if take else None)
    record(case, "take" if take else "give_back", actor=actor, now=now, facts={"step": task.id})


@transaction.atomic
def reassign_step(*, actor: Actor, number: str, step: int, to: Actor, now: datetime) -> None:
    """Give an open task to a colleague who may do it: by whoever has it, or by an approver of the body.

    Raises: as `take_step`.
    """
    case = lock(actor, number)
    process, state = process_of(case)
    token, task = task_by(process, state, step)
    if not parties.may_give(actor, case, task.by):
        raise NotPermitted(f"{task.id} is for {task.by}")
    stands_in = stand_in_for(to, parties.body_of(task.by, case), now=now)
    if not parties.may_take(stands_in, case, task.by):
        raise NotNow(_("对方不能办理这个环节。"))
    _assign(case, token.number, stands_in)
    record(case, "reassign", actor=actor, now=now, facts={"step": task.id, "to": stands_in.name})
    if stands_in.user_id is not None:
        tell_given(case, token.number, stands_in.user_id, now=now)


def _assign(case: Case, step: int, to: Actor | None) -> None:
    if case.process_case_id is not None:
        processes.assign(case.process_case_id, step, to=to.user_id if to else None)


def _check(process: Process, state: State, token: Token, task: Task, choice: str, note: str, actor: Actor) -> None:
    if choice not in task.choices and (task.choices or choice):
        raise InputRefused("choice", _("请选择办理结果。"))
    if task.choices.get(choice) == SUPPLEMENT and SUPPLEMENT in state.passed:
        raise NotNow(_("补正只能一次性告知，已经告知过。请受理，或写明理由不予受理。"))
    if choice == _APPROVE and state.data.get("name_free") is False:
        raise NotNow(_("这个名称已有别的企业在用或正在登记，不能准予。请一次性告知换名，或写明理由不予批准。"))
    if choice == _LAPSED and (task.by == parties.CITIZEN) and not (token.late and actor.organisations(Role.CLERK)):
        raise NotNow(_("补正期限还没有过，不能按逾期处理。"))
    if choice in _NEEDS_NOTE and len(note) < SHORTEST_REASON:
        raise InputRefused("note", _("请写明情况和理由，至少 5 个字；申请人会看到。"))


def _check_objections(case: Case, task: Task, note: str, now: datetime) -> bool:
    """Say whether this step answers objections: with words, and not before everybody could object.

    What follows a notice is either its own step for objections, or the examination to which an objection led.
    """
    if task.id not in (OBJECTION, _EXAMINE) or not objecting.open_objections(case):
        return False
    running = running_notice(case)
    if running is not None and running.ends_at > now:
        until = date_format(timezone.localtime(running.ends_at), "Y-m-d H:i")
        raise NotNow(_("公示到 %(until)s 为止，此前还可能有人提出异议；期满后再作出结论。") % {"until": until})
    if len(note) < SHORTEST_REASON:
        raise InputRefused("note", _("请写明对异议的审查结论，至少 5 个字；提出异议的人会看到。"))
    return True


def _check_certificates(case: Case, note: str, now: datetime) -> None:
    """What stood for a paper when the case was opened stands for it still, or the clerk has seen the original."""
    lapsed = lapsed_papers(case, now=now)
    if lapsed and len(note) < SHORTEST_REASON:
        told = _("申请人的电子证照已失效：%(papers)s。请查验原件并在说明中写明，或者一次性告知补正。")
        raise InputRefused("note", told % {"papers": "、".join(lapsed)})


def _require_handler(actor: Actor, case: Case) -> None:
    if Role.CLERK not in roles_on(actor, case):
        raise NotPermitted("a clerk of the body that handles the case, and not for themselves")
