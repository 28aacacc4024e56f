"""Acceptance at the counter of a hall (综窗受理): accepted at the front, examined at the back.

Whoever took an application in there takes the one step of acceptance, where its authority has entrusted that to the
hall. To refuse acceptance stays the authority's own.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.processes import api as processes
from haihe.platforms.services import ports
from haihe.platforms.services.errors import CaseNotFound, InputRefused
from haihe.platforms.services.models import Case, Channel
from haihe.platforms.services.operations.finishing import open_task
from haihe.platforms.services.operations.moving import lock_unseen
from haihe.platforms.services.operations.stepping import do_step
from haihe.platforms.services.parties import is_applicant
from haihe.platforms.services.workflow import CaseState

ACCEPT: Final = "accept"
_CHOICES: Final = (ACCEPT, "missing")


@transaction.atomic
def accept_at_front(*, actor: Actor, number: str, choice: str, note: str, now: datetime) -> None:
    """Accept a case at the counter where it was taken in, or tell once what is missing.

    Raises: CaseNotFound, NotPermitted, NotNow, InputRefused.
    """
    case = lock_unseen(number)
    if case is None or not took_in(actor, case):
        raise CaseNotFound
    front = ports.front_of(actor, case.organisation, case.item_slug, now=now)
    if not front or is_applicant(actor, case):
        raise NotPermitted("acceptance of this item isn't entrusted to this counter")
    if choice not in _CHOICES:
        raise InputRefused("choice", _("请选择办理结果。"))
    token, task = open_task(case, ACCEPT)
    do_step(case, token, task, choice=choice, note=note, actor=actor, now=now, front=front)


def may_accept_at_front(actor: Actor, case: Case, *, now: datetime) -> bool:
    """Say whether the step of acceptance of this case is open to the actor at their counter now."""
    if case.state != CaseState.AWAITING_ACCEPTANCE or case.process_case_id is None or not took_in(actor, case):
        return False
    if is_applicant(actor, case) or not ports.front_of(actor, case.organisation, case.item_slug, now=now):
        return False
    tasks = processes.open_tasks(case=case.process_case_id)
    return any(task.step == ACCEPT and ACCEPT in task.choices for task in tasks)


def took_in(actor: Actor, case: Case) -> bool:
    return actor.user_id is not None and case.opened_by == actor.user_id and case.channel == Channel.WINDOW
