"""How what follows a grant may move, as data: the disposal of what its user holds (art. 27)."""

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


_D = DisposalState
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
        Move("accept_disposal", (_D.REPORTED,), _D.DONE, _OWNERS, _ART_27),
        Move("object_disposal", (_D.REPORTED,), _D.DUE, _OWNERS, _ART_27),
        Move("accept_by_rule", (_D.REPORTED,), _D.DONE, (Part.SYSTEM,), _ART_27),
        Move("overdue", (_D.DUE,), _D.DUE, (Part.SYSTEM,), _ART_27),
        Move("urge", (_D.DUE,), _D.DUE, (Part.AUTHORITY,), _ART_39),
    ),
    final=(_D.DONE,),
)

CLOSING_NEEDS_WORDS: Final = frozenset({"instruct", "report_disposal", "object_disposal"})
"""Moves that must say why, or what."""

CLOSING_TOLD: Final[dict[str, dict[str, tuple[Part, ...]]]] = {
    "disposal": {
        "open_disposal": _APPLICANTS,
        "instruct": _APPLICANTS,
        "report_disposal": _OWNERS,
        "accept_disposal": _APPLICANTS,
        "object_disposal": _APPLICANTS,
        "overdue": (Part.AUTHORITY, *_APPLICANTS, *_OWNERS),
        "urge": _APPLICANTS,
    },
}
"""Which desks hear of which move, by thing and move."""
