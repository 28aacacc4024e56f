"""How society's applications for conditional open data move: answered in two working days, agreed, used, ended.

The same tables, clocks and history as between departments; the applicant is a person of society, in a body's name or
their own. One row lives from the application to the end of the use that it led to.
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.workflow import NEEDS_WORDS, Part
from haihe.data.sharing.workflow_closing import CLOSING_NEEDS_WORDS
from haihe.kernel.workflow import Move, Workflow


class OpeningState(TextChoices):
    """Where an application stands. LATE: its time ran out, the authority may answer in the owner's place."""

    OWNER_REVIEW = "OWNER_REVIEW", _("待提供部门答复")
    LATE = "LATE", _("超期未答复")
    SUPPLEMENT = "SUPPLEMENT", _("待补正")
    AGREEMENT = "AGREEMENT", _("同意，待接受协议")
    REFUSED = "REFUSED", _("不同意")
    OBJECTED = "OBJECTED", _("申诉处理中")
    ACTIVE = "ACTIVE", _("有效")
    SUSPENDED = "SUSPENDED", _("已暂停")
    TERMINATED = "TERMINATED", _("已终止")
    EXPIRED = "EXPIRED", _("已到期")
    WITHDRAWN = "WITHDRAWN", _("已撤回")
    CLOSED = "CLOSED", _("数据已不再开放，已终结")


_S = OpeningState
_RULE: Final = "天津市公共数据资源开放管理暂行办法：有条件开放的申请，两个工作日内答复"
_USE: Final = "天津市公共数据资源开放管理暂行办法：按开放协议使用，违反的中止提供"
_OWNERS = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)
_HEADS = (Part.OWNER_APPROVER, Part.AUTHORITY)
TO_ANSWER: Final = (_S.OWNER_REVIEW, _S.LATE)
CLOCK_RUNS: Final = (*TO_ANSWER, _S.OBJECTED)
UNDECIDED: Final = (_S.OWNER_REVIEW, _S.LATE, _S.SUPPLEMENT, _S.AGREEMENT, _S.OBJECTED)
IN_USE: Final = (_S.ACTIVE, _S.SUSPENDED)

OPENING: Final = Workflow(
    name="opening",
    initial=_S.OWNER_REVIEW,
    states=tuple(_S.values),
    moves=(
        Move("ask_supplement", (_S.OWNER_REVIEW,), _S.SUPPLEMENT, _OWNERS, _RULE),
        Move("supplement", (_S.SUPPLEMENT,), _S.OWNER_REVIEW, (Part.PERSON,), _RULE),
        # Silence is neither a yes nor a no: the authority hears of it, and may answer itself from then on.
        Move("overdue", (_S.OWNER_REVIEW,), _S.LATE, (Part.SYSTEM,), _RULE),
        Move("urge", (_S.LATE,), _S.LATE, (Part.AUTHORITY,), _RULE),
        Move("approve", (_S.OWNER_REVIEW,), _S.AGREEMENT, (Part.OWNER_APPROVER,), _RULE),
        Move("approve", (_S.LATE,), _S.AGREEMENT, _HEADS, _RULE),
        Move("refuse", (_S.OWNER_REVIEW,), _S.REFUSED, (Part.OWNER_APPROVER,), _RULE),
        Move("refuse", (_S.LATE,), _S.REFUSED, _HEADS, _RULE),
        # 申诉: once, to the authority; who is right is answered anew, by other hands.
        Move("object_refusal", (_S.REFUSED,), _S.OBJECTED, (Part.PERSON,), _RULE),
        Move("overdue", (_S.OBJECTED,), _S.OBJECTED, (Part.SYSTEM,), _RULE),
        Move("uphold_objection", (_S.OBJECTED,), _S.OWNER_REVIEW, (Part.AUTHORITY,), _RULE),
        Move("dismiss_objection", (_S.OBJECTED,), _S.REFUSED, (Part.AUTHORITY,), _RULE),
        Move("accept_agreement", (_S.AGREEMENT,), _S.ACTIVE, (Part.PERSON,), _USE),
        Move("suspend", (_S.ACTIVE,), _S.SUSPENDED, _HEADS, _USE),
        Move("resume", (_S.SUSPENDED,), _S.ACTIVE, _HEADS, _USE),
        Move("terminate", (_S.AGREEMENT, _S.ACTIVE, _S.SUSPENDED), _S.TERMINATED, _HEADS, _USE),
        Move("relinquish", IN_USE, _S.TERMINATED, (Part.PERSON,), _USE),
        # A newer agreement of the same person about the same dataset takes its place.
        Move("replace", (_S.ACTIVE,), _S.TERMINATED, (Part.SYSTEM,), _USE),
        Move("expire", (*IN_USE, _S.AGREEMENT), _S.EXPIRED, (Part.SYSTEM,), _USE),
        Move(
            "withdraw",
            (_S.OWNER_REVIEW, _S.LATE, _S.SUPPLEMENT, _S.AGREEMENT, _S.OBJECTED),
            _S.WITHDRAWN,
            (Part.PERSON,),
            _RULE,
        ),
        Move("end_with_resource", (*UNDECIDED, *IN_USE), _S.CLOSED, (Part.SYSTEM,), _USE),
    ),
    final=(_S.TERMINATED, _S.EXPIRED, _S.WITHDRAWN, _S.CLOSED),
)
OPENING_NEEDS_WORDS: Final = frozenset({"object_refusal", "uphold_objection", "dismiss_objection"})
"""Moves that must say why, besides those between departments."""
ALL_NEEDS_WORDS: Final = NEEDS_WORDS | CLOSING_NEEDS_WORDS | OPENING_NEEDS_WORDS
OPENING_TOLD: Final[dict[str, dict[str, tuple[Part, ...]]]] = {
    "opening": {
        "apply": _OWNERS,
        "ask_supplement": (Part.PERSON,),
        "supplement": _OWNERS,
        "overdue": (Part.AUTHORITY, Part.PERSON, *_OWNERS),
        "urge": _OWNERS,
        **dict.fromkeys(("approve", "refuse"), (Part.PERSON,)),
        "object_refusal": (Part.AUTHORITY, *_OWNERS),
        **dict.fromkeys(("uphold_objection", "dismiss_objection"), (Part.PERSON, *_OWNERS)),
        "accept_agreement": _OWNERS,
        **dict.fromkeys(("suspend", "resume", "terminate"), (Part.PERSON, *_OWNERS)),
        "relinquish": _OWNERS,
        "expire": (Part.PERSON,),
        "withdraw": _OWNERS,
        "end_with_resource": (Part.PERSON,),
    }
}
"""Which desks hear of which move."""
