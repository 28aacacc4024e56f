"""申诉: the applicant asks once to have a refusal looked at again, by somebody else than who decided, within a time.

It stands beside the remedies of the law and takes nothing from them (行政许可法 第38条).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role
from haihe.platforms.services import parties
from haihe.platforms.services.due import due_after
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.models import Appeal, Case
from haihe.platforms.services.operations.moving import let_know, lock, record
from haihe.platforms.services.operations.renewing import renew
from haihe.platforms.services.telling import tell_appeal, tell_appeal_filed, tell_appeal_late
from haihe.platforms.services.workflow import (
    APPEAL_GOES_ON,
    APPEAL_OPEN,
    APPEAL_WITHIN_DAYS,
    APPEALS,
    REFUSED,
    REVIEW_WITHIN_WORKING_DAYS,
    AppealState,
)

LONGEST_STATEMENT = 1000
SHORTEST_STATEMENT = 5


def last_day_to_appeal(case: Case) -> datetime | None:
    """Return until when a refusal can be appealed; None where there is none."""
    if case.state not in REFUSED or case.closed_at is None:
        return None
    return case.closed_at + timedelta(days=APPEAL_WITHIN_DAYS)


def may_review(actor: Actor, case: Case) -> bool:
    """Say whether the actor may review the refusal: of the handling body, not who decided, not in their own matter."""
    handles = actor.has(Role.CLERK, case.organisation) or actor.has(Role.APPROVER, case.organisation)
    return handles and actor.user_id != case.decided_by and not parties.is_applicant(actor, case)


@transaction.atomic
def file_appeal(*, actor: Actor, number: str, statement: str, now: datetime) -> None:
    """Ask for a review of a refusal. Raises: CaseNotFound, NotPermitted, NotNow, InputRefused."""
    case = lock(actor, number)
    if not (parties.is_applicant(actor, case) and actor.has(Role.CITIZEN)):
        raise NotPermitted("only the applicant appeals")
    until = last_day_to_appeal(case)
    if until is None or case.decided_by is None:
        raise NotNow(_("这个办件没有被拒绝，不需要申诉。"))
    if timezone.localdate(now) > timezone.localdate(until):
        raise NotNow(_("申诉期限已过。仍可以依法申请行政复议或者提起行政诉讼，也可以重新申请。"))
    if Appeal.objects.filter(case=case).exists():
        raise NotNow(_("这个决定已经申诉过，一个决定只能申诉一次。"))
    told = statement.strip()[:LONGEST_STATEMENT]
    if len(told) < SHORTEST_STATEMENT:
        raise InputRefused("statement", _("请写明为什么不服，至少 5 个字。"))
    appeal = Appeal.objects.create(
        case=case,
        organisation=case.organisation,
        statement=told,
        decided_by=case.decided_by,
        filed_at=now,
        due_at=due_after(now, REVIEW_WITHIN_WORKING_DAYS),
    )
    let_know(case, case.organisation, now=now)
    record(case, "appeal", actor=actor, now=now, facts={"note": told})
    tell_appeal_filed(appeal, case, now=now)


@transaction.atomic
def take_appeal(*, actor: Actor, number: str, now: datetime) -> None:
    """Take a review on. Raises: CaseNotFound, NotPermitted, NotNow, ForbiddenMove."""
    case = lock(actor, number)
    appeal = _held(actor, case)
    appeal.state = APPEALS.move(appeal.state, "take").target
    appeal.reviewer, appeal.reviewer_name, appeal.taken_at = actor.user_id, actor.name, now
    appeal.save()
    record(case, "appeal_taken", actor=actor, now=now)
    tell_appeal(appeal, case, now=now)


@transaction.atomic
def decide_appeal(*, actor: Actor, number: str, outcome: str, reason: str, now: datetime) -> str:
    """Answer a review: uphold, send_back or replace. Return the number of the case that goes on, "" if none does.

    Raises: CaseNotFound, NotPermitted, NotNow, InputRefused, ForbiddenMove.
    """
    case = lock(actor, number)
    appeal = _held(actor, case)
    if outcome not in ("uphold", "send_back", "replace"):
        raise InputRefused("outcome", _("请选择复核结果。"))
    target = APPEALS.move(appeal.state, outcome).target
    if appeal.reviewer != actor.user_id:
        raise NotPermitted("whoever took the review answers it")
    told = reason.strip()[:LONGEST_STATEMENT]
    if len(told) < SHORTEST_STATEMENT:
        raise InputRefused("reason", _("请写明复核的理由，至少 5 个字；申请人会看到。"))
    appeal.state, appeal.reason, appeal.closed_at = target, told, now
    if target in APPEAL_GOES_ON:
        granted = target == AppealState.REPLACED
        appeal.renewed = renew(case, granted=granted, reason=told, actor=actor, now=now)
    appeal.save()
    record(case, f"appeal_{outcome}", actor=actor, now=now, facts={"note": told, "number": _number(appeal)})
    tell_appeal(appeal, case, now=now)
    return _number(appeal)


@transaction.atomic
def withdraw_appeal(*, actor: Actor, number: str, now: datetime) -> None:
    """Take the appeal back. Raises: CaseNotFound, NotPermitted, NotNow, ForbiddenMove."""
    case = lock(actor, number)
    if not (parties.is_applicant(actor, case) and actor.has(Role.CITIZEN)):
        raise NotPermitted("only the applicant withdraws an appeal")
    appeal = _of(case)
    appeal.state, appeal.closed_at = APPEALS.move(appeal.state, "withdraw").target, now
    appeal.save()
    record(case, "appeal_withdrawn", actor=actor, now=now)


@transaction.atomic
def say_late_appeals(*, now: datetime, most: int = 200) -> int:
    """Tell clerks and approvers of each review whose time is over, once; return how many there were."""
    rows = Appeal.objects.select_for_update(skip_locked=True, of=("self",)).select_related("case")
    late = list(rows.filter(state__in=APPEAL_OPEN, late_at=None, due_at__lte=now).order_by("due_at")[:most])
    for appeal in late:
        appeal.late_at = now
        appeal.save(update_fields=["late_at"])
        record(appeal.case, "appeal_late", actor=SYSTEM, now=now)
        tell_appeal_late(appeal, appeal.case, now=now)
    return len(late)


def _held(actor: Actor, case: Case) -> Appeal:
    if not may_review(actor, case):
        raise NotPermitted("somebody of the body, but not who decided, reviews")
    return _of(case)


def _of(case: Case) -> Appeal:
    appeal = Appeal.objects.select_for_update().filter(case=case).first()
    if appeal is None:
        raise NotNow(_("这个办件没有申诉。"))
    return appeal


def _number(appeal: Appeal) -> str:
    return appeal.renewed.number if appeal.renewed else ""
