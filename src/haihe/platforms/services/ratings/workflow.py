"""How a low rating may move, as data, and its clocks. What a rater said never changes; only what is done about it."""

from enum import StrEnum
from typing import Final

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.kernel.clocks import Clock
from haihe.kernel.workflow import Move, Workflow


class Level(IntegerChoices):
    """The five levels, the best first."""

    VERY_GOOD = 5, _("非常满意")
    GOOD = 4, _("满意")
    FAIR = 3, _("基本满意")
    BAD = 2, _("不满意")
    VERY_BAD = 1, _("非常不满意")


LOW: Final = (Level.BAD, Level.VERY_BAD)


class Part(StrEnum):
    """In which part somebody acts.

    SUPERVISOR: who answers for the body and handled nothing of it. JUDGE: somebody of another body, who decides appeals
    and what the rater wasn't content with.
    """

    RATER = "RATER"
    SUPERVISOR = "SUPERVISOR"
    JUDGE = "JUDGE"
    SYSTEM = "SYSTEM"


class LowState(TextChoices):
    """Where a low rating stands."""

    TO_VERIFY = "TO_VERIFY", _("待回访核实")
    VERIFIED = "VERIFIED", _("已核实，待整改")
    PUT_RIGHT = "PUT_RIGHT", _("已整改，待答复")
    ANSWERED = "ANSWERED", _("已答复，待评价人确认")
    APPEALED = "APPEALED", _("申诉中")
    ESCALATED = "ESCALATED", _("评价人仍不满意，待上级处理")
    CONFIRMED = "CONFIRMED", _("评价人已确认")
    CONCLUDED = "CONCLUDED", _("上级已处理")
    LAPSED = "LAPSED", _("评价人未回应，已结束")
    EXCLUDED = "EXCLUDED", _("申诉成立，不计入")


_DUTY: Final = gettext_noop("国办发〔2019〕51号：谁办理、谁负责")
_VISIT: Final = gettext_noop("国办发〔2019〕51号：差评回访核实")
_MENDING: Final = gettext_noop("国办发〔2019〕51号：差评整改反馈")
_APPEAL: Final = gettext_noop("国办发〔2019〕51号：误评、恶意差评可以申诉")

VERIFY_WITHIN: Final = Clock("RATING_VERIFY", 2, 5, _VISIT)
ANSWER_WITHIN: Final = Clock("RATING_ANSWER", 5, 15, _MENDING)
"""From the visit back on, whatever it found."""
JUDGE_WITHIN: Final = Clock("RATING_JUDGE", 5, 15, _APPEAL)
CONFIRM_WITHIN: Final = Clock("RATING_CONFIRM", 10, 10, _MENDING)
"""A rater who says nothing in this time is taken to have nothing more to say."""

_UNANSWERED: Final = (LowState.TO_VERIFY, LowState.VERIFIED)
LOW_RATING: Final = Workflow(
    name="low rating",
    initial=LowState.TO_VERIFY,
    states=tuple(LowState.values),
    final=(LowState.CONFIRMED, LowState.CONCLUDED, LowState.LAPSED, LowState.EXCLUDED),
    moves=(
        Move("verify", (LowState.TO_VERIFY,), LowState.VERIFIED, (Part.SUPERVISOR,), _VISIT),
        Move("put_right", (LowState.VERIFIED,), LowState.PUT_RIGHT, (Part.SUPERVISOR,), _MENDING),
        Move("answer", (LowState.PUT_RIGHT,), LowState.ANSWERED, (Part.SUPERVISOR,), _MENDING),
        Move("explain", (LowState.VERIFIED,), LowState.ANSWERED, (Part.SUPERVISOR,), _MENDING),
        Move("confirm", (LowState.ANSWERED,), LowState.CONFIRMED, (Part.RATER,), _DUTY),
        Move("object", (LowState.ANSWERED,), LowState.ESCALATED, (Part.RATER,), _DUTY),
        Move("lapse", (LowState.ANSWERED,), LowState.LAPSED, (Part.SYSTEM,), _MENDING),
        Move("appeal", _UNANSWERED, LowState.APPEALED, (Part.SUPERVISOR,), _APPEAL),
        Move("uphold_appeal", (LowState.APPEALED,), LowState.EXCLUDED, (Part.JUDGE,), _APPEAL),
        Move("reject_appeal", (LowState.APPEALED,), LowState.TO_VERIFY, (Part.JUDGE,), _APPEAL),
        Move("send_back", (LowState.ESCALATED,), LowState.VERIFIED, (Part.JUDGE,), _DUTY),
        Move("conclude", (LowState.ESCALATED,), LowState.CONCLUDED, (Part.JUDGE,), _DUTY),
    ),
)
OPEN: Final = tuple(state for state in LowState if state not in LOW_RATING.terminal)
CLOCKS: Final = {
    LowState.TO_VERIFY: VERIFY_WITHIN,
    LowState.VERIFIED: ANSWER_WITHIN,
    LowState.ANSWERED: CONFIRM_WITHIN,
    LowState.APPEALED: JUDGE_WITHIN,
    LowState.ESCALATED: JUDGE_WITHIN,
}
"""Which clock begins with a state. PUT_RIGHT goes on under the one that runs: the answer is still due by then."""
WITHOUT_WORDS: Final = frozenset({"confirm", "lapse"})
"""Everything else says what was found, done, or decided, and why."""
LABELS: Final = {
    "verify": _("已回访核实"),
    "put_right": _("已整改"),
    "answer": _("答复评价人"),
    "explain": _("说明情况并答复"),
    "confirm": _("我满意这个答复"),
    "object": _("仍不满意"),
    "appeal": _("申诉：误评或恶意差评"),
    "uphold_appeal": _("申诉成立，不计入"),
    "reject_appeal": _("申诉不成立"),
    "send_back": _("退回单位重新整改"),
    "conclude": _("作出最后处理"),
}
DONE: Final = {
    "open": _("收到差评"),
    "verify": _("已回访核实"),
    "put_right": _("已整改"),
    "answer": _("已答复"),
    "explain": _("已说明情况并答复"),
    "confirm": _("评价人满意"),
    "object": _("评价人仍不满意"),
    "lapse": _("评价人没有回应，结束"),
    "appeal": _("单位提出申诉"),
    "uphold_appeal": _("申诉成立，这次评价不计入"),
    "reject_appeal": _("申诉不成立，继续办理"),
    "send_back": _("上级退回重新整改"),
    "conclude": _("上级已作出处理"),
    "late": _("超过期限，已上报"),
}
