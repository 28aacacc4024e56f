"""How requests, grants and corrections may move, as data: each move with its clause, each clock with its ceiling.

Parts: APPLICANT_… and OWNER_… sit in the two departments, AUTHORITY is the data centre's operator (the sharing
authority of this level), REPORTER is who reported an error, SYSTEM is this program.
"""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haihe.data.catalogue.api import SharingType
from haihe.kernel.clocks import Clock
from haihe.kernel.workflow import Move, Workflow


class Part(StrEnum):
    """In which part somebody acts."""

    APPLICANT_STEWARD = "APPLICANT_STEWARD"
    APPLICANT_APPROVER = "APPLICANT_APPROVER"
    OWNER_STEWARD = "OWNER_STEWARD"
    OWNER_APPROVER = "OWNER_APPROVER"
    AUTHORITY = "AUTHORITY"
    REPORTER = "REPORTER"
    SYSTEM = "SYSTEM"


class RequestState(TextChoices):
    """Where a request stands."""

    OFFICE_REVIEW = "OFFICE_REVIEW", _("本单位审批")
    RETURNED = "RETURNED", _("退回修改")
    OWNER_REVIEW = "OWNER_REVIEW", _("待提供部门答复")
    SUPPLEMENT = "SUPPLEMENT", _("待补正")
    APPROVED = "APPROVED", _("同意共享")
    REFUSED = "REFUSED", _("不同意共享")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


class GrantState(TextChoices):
    """Where a grant stands."""

    ACTIVE = "ACTIVE", _("有效")
    SUSPENDED = "SUSPENDED", _("已暂停")
    TERMINATED = "TERMINATED", _("已终止")
    EXPIRED = "EXPIRED", _("已到期")


class CorrectionState(TextChoices):
    """Where a report of wrong data stands."""

    RECEIVED = "RECEIVED", _("待核实")
    CONFIRMED = "CONFIRMED", _("属实，更正中")
    CORRECTED = "CORRECTED", _("已更正")
    REJECTED = "REJECTED", _("核实无误")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


_R, _G, _C = RequestState, GrantState, CorrectionState
_ART_20, _ART_21 = "政务数据共享条例 第20条", "政务数据共享条例 第21条"
_ART_26, _ART_27 = "政务数据共享条例 第26条", "政务数据共享条例 第27条"
_ART_39 = "政务数据共享条例 第39条至第41条"
_OWNERS = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)


class ClockName(TextChoices):
    """The clocks that the law gives to those who provide data."""

    ANSWER_UNCONDITIONAL = "ANSWER_UNCONDITIONAL", _("答复无条件共享的申请")
    ANSWER_CONDITIONAL = "ANSWER_CONDITIONAL", _("答复有条件共享的申请")
    EXTENSION = "EXTENSION", _("延长答复，限一次")
    CORRECTION = "CORRECTION", _("核实并答复更正申请")


CLOCKS: Final = {
    ClockName.ANSWER_UNCONDITIONAL: Clock("answer, unconditional", 1, 1, _ART_21),
    ClockName.ANSWER_CONDITIONAL: Clock("answer, conditional", 10, 10, _ART_21),
    ClockName.EXTENSION: Clock("one extension", 10, 10, _ART_21),
    ClockName.CORRECTION: Clock("correction", 10, 10, _ART_26),
}
"""The law's figures. What the city and its departments promise beyond them are `ClockPolicy` rows, never slower."""
ANSWER_CLOCKS: Final = {
    SharingType.UNCONDITIONAL: ClockName.ANSWER_UNCONDITIONAL,
    SharingType.CONDITIONAL: ClockName.ANSWER_CONDITIONAL,
}
REMIND_WORKING_DAYS: Final = (2, 1)
"""Whoever must answer is reminded with so many working days left; past the last the authority hears of it."""

OPEN_REQUESTS: Final = (_R.OFFICE_REVIEW, _R.RETURNED, _R.OWNER_REVIEW, _R.SUPPLEMENT)
OPEN_CORRECTIONS: Final = (_C.RECEIVED, _C.CONFIRMED)

REQUEST: Final = Workflow(
    name="sharing request",
    initial=_R.OFFICE_REVIEW,
    states=tuple(_R.values),
    moves=(
        Move(
            "approve_by_office",
            (_R.OFFICE_REVIEW,),
            _R.OWNER_REVIEW,
            (Part.APPLICANT_APPROVER,),
            _ART_20,
            CLOCKS[ClockName.ANSWER_CONDITIONAL].working_days,
        ),
        Move("return_by_office", (_R.OFFICE_REVIEW,), _R.RETURNED, (Part.APPLICANT_APPROVER,), _ART_20),
        Move("resubmit", (_R.RETURNED,), _R.OFFICE_REVIEW, (Part.APPLICANT_STEWARD,), _ART_20),
        Move("ask_supplement", (_R.OWNER_REVIEW,), _R.SUPPLEMENT, _OWNERS, _ART_21),
        Move("supplement", (_R.SUPPLEMENT,), _R.OWNER_REVIEW, (Part.APPLICANT_STEWARD,), _ART_21),
        Move("ask_extension", (_R.OWNER_REVIEW,), _R.OWNER_REVIEW, _OWNERS, _ART_21),
        Move(
            "consent_extension",
            (_R.OWNER_REVIEW,),
            _R.OWNER_REVIEW,
            (Part.AUTHORITY,),
            _ART_21,
            CLOCKS[ClockName.EXTENSION].working_days,
        ),
        Move("approve", (_R.OWNER_REVIEW,), _R.APPROVED, (Part.OWNER_APPROVER,), _ART_21),
        # 无条件共享: agreed by rule, within the one working day.
        Move("approve_by_rule", (_R.OWNER_REVIEW,), _R.APPROVED, (Part.SYSTEM,), _ART_21),
        Move("refuse", (_R.OWNER_REVIEW,), _R.REFUSED, (Part.OWNER_APPROVER,), _ART_21),
        Move("overdue", (_R.OWNER_REVIEW,), _R.OWNER_REVIEW, (Part.SYSTEM,), _ART_21),
        Move("urge", (_R.OWNER_REVIEW,), _R.OWNER_REVIEW, (Part.AUTHORITY,), _ART_39),
        Move("withdraw", OPEN_REQUESTS, _R.WITHDRAWN, (Part.APPLICANT_STEWARD,), _ART_20),
    ),
    final=(_R.APPROVED, _R.REFUSED, _R.WITHDRAWN),
)

GRANT: Final = Workflow(
    name="grant",
    initial=_G.ACTIVE,
    states=tuple(_G.values),
    moves=(
        Move("suspend", (_G.ACTIVE,), _G.SUSPENDED, (Part.OWNER_APPROVER, Part.AUTHORITY), _ART_27),
        Move("resume", (_G.SUSPENDED,), _G.ACTIVE, (Part.OWNER_APPROVER, Part.AUTHORITY), _ART_27),
        Move("terminate", (_G.ACTIVE, _G.SUSPENDED), _G.TERMINATED, (Part.OWNER_APPROVER, Part.AUTHORITY), _ART_27),
        Move(
            "relinquish",
            (_G.ACTIVE, _G.SUSPENDED),
            _G.TERMINATED,
            (Part.APPLICANT_STEWARD, Part.APPLICANT_APPROVER),
            _ART_27,
        ),
        Move("expire", (_G.ACTIVE, _G.SUSPENDED), _G.EXPIRED, (Part.SYSTEM,), _ART_20),
    ),
    final=(_G.TERMINATED, _G.EXPIRED),
)

CORRECTION: Final = Workflow(
    name="correction",
    initial=_C.RECEIVED,
    states=tuple(_C.values),
    moves=(
        Move("confirm", (_C.RECEIVED,), _C.CONFIRMED, _OWNERS, _ART_26),
        Move("reject", (_C.RECEIVED,), _C.REJECTED, _OWNERS, _ART_26),
        Move("correct", (_C.RECEIVED, _C.CONFIRMED), _C.CORRECTED, _OWNERS, _ART_26),
        Move("withdraw", (_C.RECEIVED,), _C.WITHDRAWN, (Part.REPORTER,), _ART_26),
        *(Move("overdue", (state,), state, (Part.SYSTEM,), _ART_26) for state in OPEN_CORRECTIONS),
        *(Move("urge", (state,), state, (Part.AUTHORITY,), _ART_39) for state in OPEN_CORRECTIONS),
    ),
    final=(_C.CORRECTED, _C.REJECTED, _C.WITHDRAWN),
)

NEEDS_WORDS: Final = frozenset(
    {
        *("return_by_office", "ask_supplement", "supplement", "ask_extension", "refuse"),
        *("urge", "suspend", "resume", "terminate", "relinquish", "confirm", "reject", "correct"),
    }
)
"""Moves that must say why, or what."""

_APPLICANTS = (Part.APPLICANT_STEWARD, Part.APPLICANT_APPROVER)
TOLD: Final[dict[str, dict[str, tuple[Part, ...]]]] = {
    "request": {
        "request": (Part.APPLICANT_APPROVER,),
        "resubmit": (Part.APPLICANT_APPROVER,),
        "return_by_office": (Part.APPLICANT_STEWARD,),
        "approve_by_office": _OWNERS,
        "ask_supplement": (Part.APPLICANT_STEWARD,),
        "supplement": _OWNERS,
        "ask_extension": (Part.AUTHORITY,),
        # art. 21: the applicant is told.
        "consent_extension": (*_APPLICANTS, *_OWNERS),
        "approve": _APPLICANTS,
        "approve_by_rule": (*_APPLICANTS, *_OWNERS),
        "refuse": _APPLICANTS,
        "overdue": (Part.AUTHORITY, *_OWNERS),
        "urge": _OWNERS,
    },
    "grant": {
        "suspend": (*_APPLICANTS, *_OWNERS),
        "resume": (*_APPLICANTS, *_OWNERS),
        "terminate": (*_APPLICANTS, *_OWNERS),
        "relinquish": _OWNERS,
        "expire": _APPLICANTS,
    },
    "correction": {
        "report": _OWNERS,
        "overdue": (Part.AUTHORITY, *_OWNERS),
        "urge": _OWNERS,
    },
}
"""Which desks hear of which move, by thing and move."""
