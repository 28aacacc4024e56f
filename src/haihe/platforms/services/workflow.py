"""How a case may move, as data. Each move names the clause or rule that demands it.

The rule of the whole table: only data that proves the right, or a person, ends a case. No move leads from a source's
silence to a refusal (docs/adr/0009).
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.base.accounts.api import Role
from haihe.kernel.workflow import Move, Workflow


class CaseState(TextChoices):
    """Where a case stands."""

    SUBMITTED = "SUBMITTED", _("已提交")
    CHECKING = "CHECKING", _("核验中")
    AWAITING_PAPER = "AWAITING_PAPER", _("待补证明")
    AWAITING_CORRECTION = "AWAITING_CORRECTION", _("待数据更正")
    AWAITING_DECISION = "AWAITING_DECISION", _("待人工决定")
    APPROVED = "APPROVED", _("准予提取")
    DECLINED = "DECLINED", _("不予提取")
    WITHDRAWN = "WITHDRAWN", _("已撤回")
    CLOSED = "CLOSED", _("已办结")


SYSTEM: Final = "SYSTEM"
WAITING: Final = (CaseState.AWAITING_PAPER, CaseState.AWAITING_CORRECTION)
"""The applicant needn't do anything to get on: the source is asked again by itself."""
ASKABLE: Final = (CaseState.SUBMITTED, CaseState.CHECKING, *WAITING)
UNDECIDED: Final = (*ASKABLE, CaseState.AWAITING_DECISION)
ENDED: Final = (CaseState.DECLINED, CaseState.WITHDRAWN, CaseState.CLOSED)

_DECISION = gettext_noop("住房公积金管理条例 第25条")
_NO_REPEATED_COLLECTION = gettext_noop("政务数据共享条例 第19条")
_CORRECTION = gettext_noop("政务数据共享条例 第26条")
_WITHDRAWAL = gettext_noop("申请人可以撤回尚未决定的申请")
_NEVER_REFUSE = gettext_noop("本平台规则：数据查不到、连不上，不作为拒绝的理由")

WORKFLOW: Final = Workflow(
    name="case",
    initial=CaseState.SUBMITTED,
    states=tuple(CaseState.values),
    final=ENDED,
    moves=(
        Move("ask", (CaseState.SUBMITTED,), CaseState.CHECKING, (SYSTEM,), _NO_REPEATED_COLLECTION),
        Move("approve_on_evidence", ASKABLE, CaseState.APPROVED, (SYSTEM,), _DECISION),
        Move("fall_back_to_paper", (CaseState.CHECKING,), CaseState.AWAITING_PAPER, (SYSTEM,), _NEVER_REFUSE),
        Move(
            "request_correction",
            (CaseState.AWAITING_PAPER,),
            CaseState.AWAITING_CORRECTION,
            (Role.CITIZEN, Role.CLERK),
            _CORRECTION,
        ),
        Move(
            "complete_papers",
            (CaseState.CHECKING, *WAITING),
            CaseState.AWAITING_DECISION,
            (Role.CLERK, SYSTEM),
            _DECISION,
        ),
        Move("approve", (CaseState.AWAITING_DECISION,), CaseState.APPROVED, (Role.CLERK,), _DECISION),
        Move("decline", (*WAITING, CaseState.AWAITING_DECISION), CaseState.DECLINED, (Role.CLERK,), _DECISION),
        Move("withdraw", UNDECIDED, CaseState.WITHDRAWN, (Role.CITIZEN, Role.CLERK), _WITHDRAWAL),
        Move("close", (CaseState.APPROVED,), CaseState.CLOSED, (Role.CLERK,), _DECISION),
    ),
)

RECHECK_AFTER_MIN: Final = (1, 2, 5, 15, 30, 60)
"""Minutes to the next ask after the first, second … that found the source out of reach; the last one repeats."""
RECHECK_ANSWERED_AFTER_MIN: Final = 24 * 60
"""A register that answered is asked again as soon as it is fed anew; the daily ask is the safety net."""
ASK_LEASE_S: Final = 60
"""An ask that left no result for so long was cut off (a crash); its evidence is looked for in the ledger."""


def minutes_to_next_ask(*, attempts: int, reachable: bool) -> int:
    """Return the back-off. `attempts` counts those already made."""
    if reachable:
        return RECHECK_ANSWERED_AFTER_MIN
    return RECHECK_AFTER_MIN[min(max(attempts, 1), len(RECHECK_AFTER_MIN)) - 1]
