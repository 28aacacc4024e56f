"""How what follows a grant may move, as data: disposal, dispute, and the stop of a service (art. 27 and 28)."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.workflow import CLOCKS, ClockName, Part
from haihe.kernel.workflow import Move, Workflow


class DisposalState(TextChoices):
    """Where the disposal of data no longer used stands."""

    DUE = "DUE", _("待处置")
    REPORTED = "REPORTED", _("待确认处置")
    DONE = "DONE", _("已处置")


class DisputeState(TextChoices):
    """Where a dispute stands."""

    NEGOTIATING = "NEGOTIATING", _("双方协商")
    MEDIATING = "MEDIATING", _("调解")
    GOVERNMENT = "GOVERNMENT", _("报请决定")
    SETTLED = "SETTLED", _("已和解")
    DECIDED = "DECIDED", _("已决定")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


class StopState(TextChoices):
    """Where the stop of a service stands."""

    CONSULTING = "CONSULTING", _("与使用部门沟通")
    FILED = "FILED", _("已备案")
    CONSENTED = "CONSENTED", _("备案无异议")
    OBJECTED = "OBJECTED", _("备案有异议")
    TO_FILE = "TO_FILE", _("已紧急停止，待备案")
    STOPPED = "STOPPED", _("已停止")
    TO_RESTORE = "TO_RESTORE", _("责令恢复")
    RESTORED = "RESTORED", _("已恢复")
    WITHDRAWN = "WITHDRAWN", _("已撤回")
    ENDED = "ENDED", _("资源下线，已终结")


_D, _Q, _S = DisposalState, DisputeState, StopState
_ART_28 = "政务数据共享条例 第28条"
_ART_27 = "政务数据共享条例 第27条"
_ART_39 = "政务数据共享条例 第39条至第41条"
_APPLICANTS = (Part.APPLICANT_STEWARD, Part.APPLICANT_APPROVER)
_OWNERS = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)
OPEN_DISPOSALS: Final = (_D.DUE, _D.REPORTED)

DISPOSAL: Final = Workflow(
    name="disposal",
    initial=_D.DUE,
    states=tuple(_D.values),
    moves=(
        # "as the provider asks": the owner says how, the user says how, when and what it was.
        Move("instruct", (_D.DUE,), _D.DUE, _OWNERS, _ART_27),
        Move(
            "report_disposal",
            (_D.DUE,),
            _D.REPORTED,
            _APPLICANTS,
            _ART_27,
            CLOCKS[ClockName.DISPOSAL].working_days,
        ),
        # What the exchange delivered and took away again is reported by its receipt, in the user's place.
        Move(
            "report_by_receipt",
            (_D.DUE,),
            _D.REPORTED,
            (Part.SYSTEM,),
            _ART_27,
            CLOCKS[ClockName.DISPOSAL].working_days,
        ),
        Move("accept_disposal", (_D.REPORTED,), _D.DONE, _OWNERS, _ART_27),
        Move("object_disposal", (_D.REPORTED,), _D.DUE, _OWNERS, _ART_27),
        Move("accept_by_rule", (_D.REPORTED,), _D.DONE, (Part.SYSTEM,), _ART_27),
        Move("overdue", (_D.DUE,), _D.DUE, (Part.SYSTEM,), _ART_27),
        Move("urge", (_D.DUE,), _D.DUE, (Part.AUTHORITY,), _ART_39),
    ),
    final=(_D.DONE,),
)

OPEN_DISPUTES: Final = (_Q.NEGOTIATING, _Q.MEDIATING, _Q.GOVERNMENT)
_BOTH_SIDES = (Part.OPENER, Part.OTHER_SIDE)
DISPUTE: Final = Workflow(
    name="dispute",
    initial=_Q.NEGOTIATING,
    states=tuple(_Q.values),
    moves=(
        # First between the two.
        Move("reply", (_Q.NEGOTIATING,), _Q.NEGOTIATING, _BOTH_SIDES, _ART_28),
        Move("reply", (_Q.MEDIATING,), _Q.MEDIATING, _BOTH_SIDES, _ART_28),
        Move("settle", (_Q.NEGOTIATING,), _Q.SETTLED, (Part.OPENER,), _ART_28),
        # Then the sharing authority mediates.
        Move(
            "ask_mediation",
            (_Q.NEGOTIATING,),
            _Q.MEDIATING,
            _BOTH_SIDES,
            _ART_28,
            CLOCKS[ClockName.MEDIATION].working_days,
        ),
        Move("mediate", (_Q.MEDIATING,), _Q.MEDIATING, (Part.AUTHORITY,), _ART_28),
        Move("settle_by_mediation", (_Q.MEDIATING,), _Q.SETTLED, (Part.AUTHORITY,), _ART_28),
        Move("overdue", (_Q.MEDIATING,), _Q.MEDIATING, (Part.SYSTEM,), _ART_28),
        # Then the government of the level decides, or of two areas their common superior.
        Move("refer", (_Q.MEDIATING,), _Q.GOVERNMENT, (Part.AUTHORITY,), _ART_28),
        Move("record_decision", (_Q.GOVERNMENT,), _Q.DECIDED, (Part.AUTHORITY,), _ART_28),
        Move("withdraw", OPEN_DISPUTES, _Q.WITHDRAWN, (Part.OPENER,), _ART_28),
    ),
    final=(_Q.SETTLED, _Q.DECIDED, _Q.WITHDRAWN),
)

OPEN_STOPS: Final = (
    *(_S.CONSULTING, _S.FILED, _S.CONSENTED, _S.OBJECTED),
    *(_S.TO_FILE, _S.STOPPED, _S.TO_RESTORE),
)
CONSULT_WORKING_DAYS: Final = 5
"""Users who don't reply hold up the filing no longer than this."""
_HEAD = (Part.OWNER_APPROVER,)
STOP: Final = Workflow(
    name="stop of a service",
    initial=_S.CONSULTING,
    states=tuple(_S.values),
    moves=(
        # Talk with the users, then file; an objection of the authority stands in the way, its silence doesn't.
        Move("reply_to_stop", (_S.CONSULTING,), _S.CONSULTING, _APPLICANTS, _ART_27),
        Move("file", (_S.CONSULTING, _S.OBJECTED), _S.FILED, _HEAD, _ART_27),
        Move("consent", (_S.FILED,), _S.CONSENTED, (Part.AUTHORITY,), _ART_27),
        Move("object", (_S.FILED,), _S.OBJECTED, (Part.AUTHORITY,), _ART_27),
        Move("stop", (_S.FILED, _S.CONSENTED), _S.STOPPED, _HEAD, _ART_27),
        Move("withdraw", (_S.CONSULTING, _S.FILED, _S.CONSENTED, _S.OBJECTED), _S.WITHDRAWN, _HEAD, _ART_27),
        # In an emergency at once, and filed within a working day.
        Move(
            "stop_at_once",
            (_S.CONSULTING, _S.FILED, _S.CONSENTED, _S.OBJECTED),
            _S.TO_FILE,
            _HEAD,
            _ART_27,
            CLOCKS[ClockName.STOP_FILING].working_days,
        ),
        Move("file_afterwards", (_S.TO_FILE,), _S.STOPPED, _HEAD, _ART_27),
        Move("overdue", (_S.TO_FILE,), _S.TO_FILE, (Part.SYSTEM,), _ART_27),
        Move("urge", (_S.TO_FILE,), _S.TO_FILE, (Part.AUTHORITY,), _ART_39),
        Move("demand_restoring", (_S.STOPPED,), _S.TO_RESTORE, (Part.AUTHORITY,), _ART_27),
        Move("restore", (_S.TO_FILE, _S.STOPPED, _S.TO_RESTORE), _S.RESTORED, _HEAD, _ART_27),
        # Its entry is gone: nothing is left to plan or to restore. What is to be filed still is.
        Move(
            "end_with_resource",
            (_S.CONSULTING, _S.FILED, _S.CONSENTED, _S.OBJECTED, _S.STOPPED, _S.TO_RESTORE),
            _S.ENDED,
            (Part.SYSTEM,),
            _ART_27,
        ),
    ),
    final=(_S.RESTORED, _S.WITHDRAWN, _S.ENDED),
)

CLOSING_NEEDS_WORDS: Final = frozenset(
    {
        *("instruct", "report_disposal", "object_disposal"),
        *("reply", "settle", "ask_mediation", "mediate", "settle_by_mediation", "refer", "record_decision"),
        *("reply_to_stop", "file", "object", "stop_at_once", "file_afterwards", "demand_restoring", "restore"),
    }
)
"""Moves that must say why, or what."""

_BOTH = (*_APPLICANTS, *_OWNERS)
CLOSING_TOLD: Final[dict[str, dict[str, tuple[Part, ...]]]] = {
    "disposal": {
        "open_disposal": _APPLICANTS,
        "instruct": _APPLICANTS,
        "report_disposal": _OWNERS,
        "report_by_receipt": (*_APPLICANTS, *_OWNERS),
        "accept_disposal": _APPLICANTS,
        "object_disposal": _APPLICANTS,
        "overdue": (Part.AUTHORITY, *_APPLICANTS, *_OWNERS),
        "urge": _APPLICANTS,
    },
    "dispute": {
        "open_dispute": _BOTH,
        **dict.fromkeys(("reply", "settle", "mediate", "settle_by_mediation", "refer", "record_decision"), _BOTH),
        "ask_mediation": (Part.AUTHORITY, *_BOTH),
        "overdue": (Part.AUTHORITY,),
        "withdraw": (Part.AUTHORITY, *_BOTH),
    },
    "stop": {
        "plan_stop": _APPLICANTS,
        "reply_to_stop": _OWNERS,
        "file": (Part.AUTHORITY,),
        "consent": _OWNERS,
        "object": _OWNERS,
        "stop": (Part.AUTHORITY, *_APPLICANTS),
        "withdraw": (Part.AUTHORITY, *_APPLICANTS),
        "stop_at_once": (Part.AUTHORITY, *_APPLICANTS),
        "file_afterwards": (Part.AUTHORITY,),
        "overdue": (Part.AUTHORITY, *_OWNERS),
        "urge": _OWNERS,
        "demand_restoring": _OWNERS,
        "restore": (Part.AUTHORITY, *_APPLICANTS),
    },
}
"""Which desks hear of which move, by thing and move."""
