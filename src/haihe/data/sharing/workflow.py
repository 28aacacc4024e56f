"""How requests, grants and corrections may move, as data: each move with its clause, each clock with its ceiling.

Parts: APPLICANT_… and OWNER_… sit in the two departments, AUTHORITY is the data centre's operator (the sharing
authority of this level), REPORTER is who reported an error, OPENER and OTHER_SIDE are the two of a dispute, PERSON is
of society and applied for open data (workflow_opening.py), SYSTEM is this program.
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
    OPENER = "OPENER"
    OTHER_SIDE = "OTHER_SIDE"
    PERSON = "PERSON"
    SYSTEM = "SYSTEM"


class RequestState(TextChoices):
    """Where a request stands."""

    OFFICE_REVIEW = "OFFICE_REVIEW", _("本单位审批")
    PRE_REVIEW = "PRE_REVIEW", _("预审")
    RETURNED = "RETURNED", _("退回修改")
    OWNER_REVIEW = "OWNER_REVIEW", _("待提供部门答复")
    SUPPLEMENT = "SUPPLEMENT", _("待补正")
    APPROVED = "APPROVED", _("同意共享")
    REFUSED = "REFUSED", _("不同意共享")
    WITHDRAWN = "WITHDRAWN", _("已撤回")
    CLOSED = "CLOSED", _("资源下线，已终结")


class GrantState(TextChoices):
    """Where a grant stands."""

    PREPARING = "PREPARING", _("待提供")
    RECEIVING = "RECEIVING", _("待确认收到")
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
_ART_22 = "政务数据共享条例 第22条"
_ART_26, _ART_27 = "政务数据共享条例 第26条", "政务数据共享条例 第27条"
_ART_39 = "政务数据共享条例 第39条至第41条"
_OPENING_RULE = "天津市公共数据资源开放管理暂行办法"
_APPLICANTS = (Part.APPLICANT_STEWARD, Part.APPLICANT_APPROVER)
_OWNERS = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)


class ClockName(TextChoices):
    """The clocks that the law gives to those who provide data, and a few that the city sets where the law is silent."""

    ANSWER_UNCONDITIONAL = "ANSWER_UNCONDITIONAL", _("答复无条件共享的申请")
    ANSWER_CONDITIONAL = "ANSWER_CONDITIONAL", _("答复有条件共享的申请")
    EXTENSION = "EXTENSION", _("延长答复，限一次")
    CORRECTION = "CORRECTION", _("核实并答复更正申请")
    PRECHECK = "PRECHECK", _("预审共享申请")
    DELIVERY = "DELIVERY", _("同意后提供数据")
    RECEIPT = "RECEIPT", _("确认收到数据")
    DISPOSAL = "DISPOSAL", _("处置不再使用的数据")
    MEDIATION = "MEDIATION", _("调解共享争议")
    STOP_FILING = "STOP_FILING", _("紧急停止服务后备案")
    ANSWER_OPENING = "ANSWER_OPENING", _("答复有条件开放的申请")
    ANSWER_OBJECTION = "ANSWER_OBJECTION", _("处理对不同意开放的申诉")


CLOCKS: Final = {
    ClockName.ANSWER_UNCONDITIONAL: Clock("answer, unconditional", 1, 1, _ART_21),
    ClockName.ANSWER_CONDITIONAL: Clock("answer, conditional", 10, 10, _ART_21),
    ClockName.EXTENSION: Clock("one extension", 10, 10, _ART_21),
    ClockName.CORRECTION: Clock("correction", 10, 10, _ART_26),
    # Within the time for the answer, which starts on arrival at the authority and is never the longer for it.
    ClockName.PRECHECK: Clock("pre-check", 2, 2, _ART_21),
    ClockName.DELIVERY: Clock("delivery", 20, 20, _ART_22),
    ClockName.RECEIPT: Clock("receipt", 5, 5, _ART_22),
    ClockName.DISPOSAL: Clock("disposal", 10, 10, _ART_27),
    ClockName.MEDIATION: Clock("mediation", 20, 20, "政务数据共享条例 第28条"),
    ClockName.STOP_FILING: Clock("filing after an emergency stop", 1, 1, _ART_27),
    ClockName.ANSWER_OPENING: Clock("answer, open data", 2, 2, _OPENING_RULE),
    ClockName.ANSWER_OBJECTION: Clock("objection, open data", 5, 5, _OPENING_RULE),
}
"""The law's figures. What the city and its departments promise beyond them are `ClockPolicy` rows, never slower."""
CITY_CLOCKS: Final = frozenset(
    {ClockName.PRECHECK, ClockName.RECEIPT, ClockName.DISPOSAL, ClockName.MEDIATION, ClockName.STOP_FILING}
    | {ClockName.ANSWER_OBJECTION}
)
"""The clause gives the duty and no figure; the figure is the city's, and a ceiling to the promises all the same."""
BY_POLICY: Final = frozenset({ClockName.PRECHECK})
"""Happens only where a `ClockPolicy` says so: without one a request goes straight to its owner."""
ANSWER_CLOCKS: Final = {
    SharingType.UNCONDITIONAL: ClockName.ANSWER_UNCONDITIONAL,
    SharingType.CONDITIONAL: ClockName.ANSWER_CONDITIONAL,
}
RENEW_DAYS: Final = 90
"""A grant can be renewed from so many days before its end on."""
REMIND_OF_EXPIRY_DAYS: Final = (30, 7, 1)
"""The holder is reminded with so many days left, unless a renewal is under way."""
REMIND_WORKING_DAYS: Final = (2, 1)
"""Whoever must answer is reminded with so many working days left; past the last the authority hears of it."""

OPEN_REQUESTS: Final = (_R.OFFICE_REVIEW, _R.RETURNED, _R.PRE_REVIEW, _R.OWNER_REVIEW, _R.SUPPLEMENT)
NOT_AGREED: Final = (_R.REFUSED, _R.WITHDRAWN, _R.CLOSED)
ANSWER_RUNS: Final = (_R.PRE_REVIEW, _R.OWNER_REVIEW)
"""Where the clock of the answer runs: from the arrival at the authority, pre-check or none."""
LIVE_GRANTS: Final = (_G.PREPARING, _G.RECEIVING, _G.ACTIVE, _G.SUSPENDED)
UNDELIVERED: Final = (_G.PREPARING, _G.RECEIVING)
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
        # The same approval, where the authority (data centre) is to look at the papers first.
        Move(
            "approve_to_precheck",
            (_R.OFFICE_REVIEW,),
            _R.PRE_REVIEW,
            (Part.APPLICANT_APPROVER,),
            _ART_20,
            CLOCKS[ClockName.PRECHECK].working_days,
        ),
        Move("pass_precheck", (_R.PRE_REVIEW,), _R.OWNER_REVIEW, (Part.AUTHORITY,), _ART_21),
        # The authority let its time pass: the owner's must not shrink for it.
        Move("pass_by_rule", (_R.PRE_REVIEW,), _R.OWNER_REVIEW, (Part.SYSTEM,), _ART_21),
        Move("return_by_office", (_R.OFFICE_REVIEW,), _R.RETURNED, (Part.APPLICANT_APPROVER,), _ART_20),
        Move("resubmit", (_R.RETURNED,), _R.OFFICE_REVIEW, (Part.APPLICANT_STEWARD,), _ART_20),
        Move("ask_supplement", (_R.OWNER_REVIEW,), _R.SUPPLEMENT, _OWNERS, _ART_21),
        # Whoever tells first what is missing tells all of it: a second notice there is none, by nobody.
        Move("ask_supplement", (_R.PRE_REVIEW,), _R.SUPPLEMENT, (Part.AUTHORITY,), _ART_21),
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
        # Nobody can agree any more to what the catalogue no longer offers.
        Move("end_with_resource", OPEN_REQUESTS, _R.CLOSED, (Part.SYSTEM,), _ART_21),
    ),
    final=(_R.APPROVED, _R.REFUSED, _R.WITHDRAWN, _R.CLOSED),
)

GRANT: Final = Workflow(
    name="grant",
    initial=_G.PREPARING,
    states=tuple(_G.values),
    moves=(
        # 服务接口: an open service serves from the moment of the approval, a resting one as soon as it starts.
        Move("deliver_at_once", (_G.PREPARING,), _G.ACTIVE, (Part.SYSTEM,), _ART_22),
        Move("deliver_by_rule", (_G.PREPARING,), _G.ACTIVE, (Part.SYSTEM,), _ART_22),
        # 批量交换, 文件下载: the owner hands over and says how, the user confirms or says what is wrong.
        Move("hand_over", (_G.PREPARING,), _G.RECEIVING, _OWNERS, _ART_22, CLOCKS[ClockName.RECEIPT].working_days),
        # What the exchange delivers by itself is handed over by its receipt.
        Move(
            "hand_over_by_receipt",
            (_G.PREPARING,),
            _G.RECEIVING,
            (Part.SYSTEM,),
            _ART_22,
            CLOCKS[ClockName.RECEIPT].working_days,
        ),
        Move("confirm_receipt", (_G.RECEIVING,), _G.ACTIVE, _APPLICANTS, _ART_22),
        Move("object_receipt", (_G.RECEIVING,), _G.PREPARING, _APPLICANTS, _ART_22),
        Move("receive_by_rule", (_G.RECEIVING,), _G.ACTIVE, (Part.SYSTEM,), _ART_22),
        Move("overdue", (_G.PREPARING,), _G.PREPARING, (Part.SYSTEM,), _ART_22),
        Move("urge", (_G.PREPARING,), _G.PREPARING, (Part.AUTHORITY,), _ART_39),
        Move("suspend", (_G.ACTIVE,), _G.SUSPENDED, (Part.OWNER_APPROVER, Part.AUTHORITY), _ART_27),
        # 整改: the user reports what was put right; resuming accepts it, another term sends it back. When the term runs
        # out the desks are told and a person terminates; no program ends a grant for misuse.
        Move("report_put_right", (_G.SUSPENDED,), _G.SUSPENDED, _APPLICANTS, _ART_27),
        Move("reject_put_right", (_G.SUSPENDED,), _G.SUSPENDED, (Part.OWNER_APPROVER, Part.AUTHORITY), _ART_27),
        Move("overdue", (_G.SUSPENDED,), _G.SUSPENDED, (Part.SYSTEM,), _ART_27),
        Move("resume", (_G.SUSPENDED,), _G.ACTIVE, (Part.OWNER_APPROVER, Part.AUTHORITY), _ART_27),
        Move("terminate", LIVE_GRANTS, _G.TERMINATED, (Part.OWNER_APPROVER, Part.AUTHORITY), _ART_27),
        Move(
            "relinquish",
            LIVE_GRANTS,
            _G.TERMINATED,
            _APPLICANTS,
            _ART_27,
        ),
        Move("expire", (_G.ACTIVE, _G.SUSPENDED), _G.EXPIRED, (Part.SYSTEM,), _ART_20),
        # With the entry that it rests on; the authority retired it, with its reason.
        Move("end_with_resource", LIVE_GRANTS, _G.TERMINATED, (Part.SYSTEM,), _ART_27),
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
        *(
            "hand_over",
            "object_receipt",
            "report_put_right",
            "reject_put_right",
            "urge",
            "suspend",
            "resume",
            "terminate",
            "relinquish",
            "confirm",
            "reject",
            "correct",
        ),
    }
)
"""Moves that must say why, or what."""

TOLD: Final[dict[str, dict[str, tuple[Part, ...]]]] = {
    "request": {
        "request": (Part.APPLICANT_APPROVER,),
        "resubmit": (Part.APPLICANT_APPROVER,),
        "return_by_office": (Part.APPLICANT_STEWARD,),
        "approve_by_office": _OWNERS,
        "approve_to_precheck": (Part.AUTHORITY,),
        "pass_precheck": _OWNERS,
        "pass_by_rule": _OWNERS,
        "ask_supplement": (Part.APPLICANT_STEWARD,),
        "supplement": _OWNERS,
        "ask_extension": (Part.AUTHORITY,),
        # art. 21: the applicant is told.
        "consent_extension": (*_APPLICANTS, *_OWNERS),
        "approve": _APPLICANTS,
        "approve_by_rule": (*_APPLICANTS, *_OWNERS),
        "refuse": _APPLICANTS,
        "end_with_resource": _APPLICANTS,
        "overdue": (Part.AUTHORITY, *_OWNERS),
        "urge": _OWNERS,
    },
    "grant": {
        "deliver_by_rule": _APPLICANTS,
        "hand_over": _APPLICANTS,
        "hand_over_by_receipt": (*_APPLICANTS, *_OWNERS),
        "confirm_receipt": _OWNERS,
        "object_receipt": _OWNERS,
        "receive_by_rule": (*_APPLICANTS, *_OWNERS),
        "overdue": (Part.AUTHORITY, *_OWNERS, *_APPLICANTS),
        "urge": _OWNERS,
        "suspend": (*_APPLICANTS, *_OWNERS),
        "report_put_right": (Part.OWNER_APPROVER, Part.AUTHORITY),
        "reject_put_right": _APPLICANTS,
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
