"""What ends a case, and by whom."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.kernel.answers import Answer
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.models import Case
from haihe.platforms.services.operations.moving import lock, move
from haihe.platforms.services.operations.settling import count_savings
from haihe.platforms.services.queries import roles_on
from haihe.platforms.services.workflow import WAITING

LONGEST_REASON = 500
SHORTEST_REASON = 5


@transaction.atomic
def decide(*, actor: Actor, number: str, grant: bool, reason: str, now: datetime) -> None:
    """A clerk grants or declines. Declining needs a reason, and data that answered or a paper in hand.

    Raises: CaseNotFound, NotPermitted, ForbiddenMove, InputRefused, NotNow where only a source's silence speaks
    against the applicant.
    """
    case = lock(actor, number)
    if Role.CLERK not in roles_on(actor, case):
        raise NotPermitted("a clerk of the organisation decides, and not about themselves")
    told = reason.strip()[:LONGEST_REASON]
    if grant:
        count_savings_by_person(case, actor, told)
        move(case, "approve", actor=actor, now=now, facts={"reason": told})
        return
    if len(told) < SHORTEST_REASON:
        raise InputRefused("reason", _("不予提取必须写明理由，至少 5 个字。"))
    if not may_decline(case):
        raise NotNow(_("数据来源没有给出明确答复，不能据此不予提取。请收取纸质证明，或等待自动重新核验。"))
    _sign(case, actor, told)
    move(case, "decline", actor=actor, now=now, facts={"reason": told})


def may_decline(case: Case) -> bool:
    """False as long as a paper that is missing is missing only because its source was silent or unsure."""
    if case.state not in WAITING:
        return True
    missing = case.verifications.filter(proven_by="").exclude(service="")
    return all(one.answer == Answer.NO_MATCH and not one.trouble for one in missing)


@transaction.atomic
def withdraw(*, actor: Actor, number: str, now: datetime) -> None:
    """Take the application back before it is decided. Raises: CaseNotFound, NotPermitted, ForbiddenMove."""
    move(lock(actor, number), "withdraw", actor=actor, now=now)


@transaction.atomic
def close_case(*, actor: Actor, number: str, now: datetime) -> None:
    """Note that the bank was told to pay. Raises: CaseNotFound, NotPermitted, ForbiddenMove."""
    move(lock(actor, number), "close", actor=actor, now=now)


def count_savings_by_person(case: Case, actor: Actor, reason: str) -> None:
    count_savings(case)
    _sign(case, actor, reason)


def _sign(case: Case, actor: Actor, reason: str) -> None:
    case.decided_by, case.decided_name, case.decision_reason = actor.user_id, actor.name, reason
