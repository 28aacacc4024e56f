"""How a case may move, as data. Each move names the clause or rule that demands it.

The rule of the whole table: only data that proves the right, or a person, ends a case. No move leads from a source's
silence to a refusal (docs/adr/0009).

A case goes through the steps of its process (processes/*.toml); these states are how far that is, told coarsely and
alike for all items. A step that would lead from one state to another without a move of this table is refused.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.base.accounts.api import Role
from haihe.kernel.workflow import ForbiddenMove, Move, Workflow


class CaseState(TextChoices):
    """Where a case stands."""

    SUBMITTED = "SUBMITTED", _("已提交")
    CHECKING = "CHECKING", _("核验中")
    AWAITING_PAPER = "AWAITING_PAPER", _("待补证明")
    AWAITING_CORRECTION = "AWAITING_CORRECTION", _("待数据更正")
    AWAITING_DECISION = "AWAITING_DECISION", _("待人工决定")
    AWAITING_ACCEPTANCE = "AWAITING_ACCEPTANCE", _("待受理")
    SUPPLEMENTING = "SUPPLEMENTING", _("待补正")
    EXAMINING = "EXAMINING", _("审查中")
    PAUSED = "PAUSED", _("已中止计时")
    APPROVED = "APPROVED", _("已准予")
    DECLINED = "DECLINED", _("不予批准")
    NOT_ACCEPTED = "NOT_ACCEPTED", _("不予受理")
    WITHDRAWN = "WITHDRAWN", _("已撤回")
    CLOSED = "CLOSED", _("已办结")


SYSTEM: Final = "SYSTEM"
WAITING: Final = (CaseState.AWAITING_PAPER, CaseState.AWAITING_CORRECTION)
"""The applicant needn't do anything to get on: the source is asked again by itself."""
ASKABLE: Final = (CaseState.SUBMITTED, CaseState.CHECKING, *WAITING)
IN_WORK: Final = (CaseState.EXAMINING, CaseState.AWAITING_DECISION)
"""Accepted and not decided: the promised time runs."""
UNDECIDED: Final = (
    *ASKABLE,
    CaseState.AWAITING_ACCEPTANCE,
    CaseState.SUPPLEMENTING,
    CaseState.PAUSED,
    *IN_WORK,
)
REFUSED: Final = (CaseState.DECLINED, CaseState.NOT_ACCEPTED)
ENDED: Final = (*REFUSED, CaseState.WITHDRAWN, CaseState.CLOSED)

_DECISION = gettext_noop("住房公积金管理条例 第25条")
_NO_REPEATED_COLLECTION = gettext_noop("政务数据共享条例 第19条")
_CORRECTION = gettext_noop("政务数据共享条例 第26条")
_WITHDRAWAL = gettext_noop("申请人可以撤回尚未决定的申请")
_ACCEPTANCE = gettext_noop("行政许可法 第32条")
_EXAMINATION = gettext_noop("行政许可法 第34条")
_PAUSE = gettext_noop("行政许可法 第45条")
_REVIEW = gettext_noop("本平台规则：对决定不服的，由作出决定以外的人员复核；不影响依法申请行政复议、提起行政诉讼")
_NEVER_REFUSE = gettext_noop("本平台规则：数据查不到、连不上，不作为拒绝的理由")

_ACCEPTABLE: Final = (CaseState.AWAITING_ACCEPTANCE,)
_DECIDING: Final = (Role.CLERK, Role.APPROVER)

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
            ASKABLE,
            CaseState.AWAITING_DECISION,
            (Role.CLERK, SYSTEM),
            _DECISION,
        ),
        Move("ready", ASKABLE, CaseState.AWAITING_ACCEPTANCE, (Role.CLERK, SYSTEM), _NO_REPEATED_COLLECTION),
        Move("accept", _ACCEPTABLE, CaseState.EXAMINING, (Role.CLERK,), _ACCEPTANCE),
        Move("ask_supplement", _ACCEPTABLE, CaseState.SUPPLEMENTING, (Role.CLERK,), _ACCEPTANCE),
        Move("refuse_acceptance", _ACCEPTABLE, CaseState.NOT_ACCEPTED, (Role.CLERK,), _ACCEPTANCE),
        Move(
            "hand_in",
            (CaseState.SUPPLEMENTING,),
            CaseState.AWAITING_ACCEPTANCE,
            (Role.CITIZEN, Role.CLERK),
            _ACCEPTANCE,
        ),
        Move("lapse", (CaseState.SUPPLEMENTING,), CaseState.NOT_ACCEPTED, (Role.CLERK,), _ACCEPTANCE),
        Move("to_decision", (CaseState.EXAMINING,), CaseState.AWAITING_DECISION, (Role.CLERK, SYSTEM), _EXAMINATION),
        Move("send_back", (CaseState.AWAITING_DECISION,), CaseState.EXAMINING, _DECIDING, _EXAMINATION),
        Move("pause", IN_WORK, CaseState.PAUSED, (Role.CLERK,), _PAUSE),
        Move("resume", (CaseState.PAUSED,), CaseState.EXAMINING, (Role.CLERK, SYSTEM), _PAUSE),
        Move("resume_decision", (CaseState.PAUSED,), CaseState.AWAITING_DECISION, (Role.CLERK, SYSTEM), _PAUSE),
        Move("approve", (*_ACCEPTABLE, CaseState.AWAITING_DECISION), CaseState.APPROVED, _DECIDING, _DECISION),
        Move(
            "decline",
            (*WAITING, *_ACCEPTABLE, CaseState.AWAITING_DECISION),
            CaseState.DECLINED,
            _DECIDING,
            _DECISION,
        ),
        Move("withdraw", UNDECIDED, CaseState.WITHDRAWN, (Role.CITIZEN, Role.CLERK), _WITHDRAWAL),
        Move("grant_on_review", (CaseState.SUBMITTED,), CaseState.APPROVED, _DECIDING, _REVIEW),
        Move("close", (CaseState.APPROVED,), CaseState.CLOSED, (Role.CLERK, SYSTEM), _DECISION),
    ),
)

DATA_CHECK: Final = "data-check"
"""The step of every process in which data is asked; within it the states of `ASKABLE` say how far that is."""
STANDS: Final[Mapping[str, CaseState]] = {
    "check-company": CaseState.AWAITING_ACCEPTANCE,
    "accept": CaseState.AWAITING_ACCEPTANCE,
    "supplement": CaseState.SUPPLEMENTING,
    "decide": CaseState.AWAITING_DECISION,
    **dict.fromkeys(
        (
            *("deliver", "pay", "issue-licence", "seal", "tax", "tax-by-hand", "bank-account"),
            *("staff-insurance", "fund-account", "all-done", "statistics", "strike-off"),
        ),
        CaseState.APPROVED,
    ),
}
"""How far a case is that is at a step; a step that isn't named here is part of the examination."""
_ENDS: Final[Mapping[str, CaseState]] = {
    "CLOSED": CaseState.CLOSED,
    "DECLINED": CaseState.DECLINED,
    "NOT_ACCEPTED": CaseState.NOT_ACCEPTED,
    "WITHDRAWN": CaseState.WITHDRAWN,
}
_IN_ORDER: Final = tuple(CaseState)


def state_of(*, steps: Iterable[str], is_paused: bool, outcome: str) -> CaseState | None:
    """Return how far a case is that is at these steps; None while data is asked, which has states of its own."""
    if outcome:
        return _ENDS[outcome]
    here = tuple(steps)
    if DATA_CHECK in here:
        return None
    found = min((STANDS.get(step, CaseState.EXAMINING) for step in here), key=_IN_ORDER.index)
    return CaseState.PAUSED if is_paused and found in IN_WORK else found


def move_between(source: str, target: str) -> Move:
    """Return the move that leads from one state to the other. Raises: ForbiddenMove where none does."""
    for move in WORKFLOW.moves:
        if source in move.sources and move.target == target:
            return move
    raise ForbiddenMove(WORKFLOW.name, source, f"to {target}")


class AppealState(TextChoices):
    """Where a review of a refusal stands, that the applicant has asked for."""

    FILED = "FILED", _("待复核")
    IN_REVIEW = "IN_REVIEW", _("复核中")
    UPHELD = "UPHELD", _("维持原决定")
    SENT_BACK = "SENT_BACK", _("撤销原决定，重新办理")
    REPLACED = "REPLACED", _("撤销原决定，准予")
    WITHDRAWN = "WITHDRAWN", _("已撤回申诉")


APPEAL_WITHIN_DAYS: Final = 60
"""Days after the decision in which a review may be asked for, as many as 行政复议法 第20条 gives for its own."""
REVIEW_WITHIN_WORKING_DAYS: Final = 15
APPEAL_OPEN: Final = (AppealState.FILED, AppealState.IN_REVIEW)
APPEAL_GOES_ON: Final = (AppealState.SENT_BACK, AppealState.REPLACED)
"""The refusal fell: a new case takes the refused one's place. A case itself is decided once."""
APPEAL_ANSWERED: Final = (AppealState.UPHELD, *APPEAL_GOES_ON)

APPEALS: Final = Workflow(
    name="appeal",
    initial=AppealState.FILED,
    states=tuple(AppealState.values),
    final=(*APPEAL_ANSWERED, AppealState.WITHDRAWN),
    moves=(
        Move("take", (AppealState.FILED,), AppealState.IN_REVIEW, _DECIDING, _REVIEW, REVIEW_WITHIN_WORKING_DAYS),
        Move("uphold", (AppealState.IN_REVIEW,), AppealState.UPHELD, _DECIDING, _REVIEW),
        Move("send_back", (AppealState.IN_REVIEW,), AppealState.SENT_BACK, _DECIDING, _REVIEW),
        Move("replace", (AppealState.IN_REVIEW,), AppealState.REPLACED, _DECIDING, _REVIEW),
        Move("withdraw", APPEAL_OPEN, AppealState.WITHDRAWN, (Role.CITIZEN,), _REVIEW),
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
