"""How a pair that is left to people may move, as data: two persons by themselves, a third where they differ."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haihe.data.matching.workflow import Part
from haihe.kernel.workflow import Move, Workflow


class LinkageRunState(TextChoices):
    """Where a linkage run stands."""

    QUEUED = "QUEUED", _("等待运行")
    RUNNING = "RUNNING", _("运行中")
    DONE = "DONE", _("已完成")
    FAILED = "FAILED", _("未完成")
    EXPIRED = "EXPIRED", _("结果已到期删除")


class PairState(TextChoices):
    """Where a pair stands."""

    OPEN = "OPEN", _("待核对")
    HEARD = "HEARD", _("待第二人核对")
    DISPUTED = "DISPUTED", _("意见不一，待裁定")
    SAME = "SAME", _("同一人")
    APART = "APART", _("不是同一人")


_BY_TWO: Final = "本平台规则：系统拿不准的，由两人分别核对，意见不一由审批人裁定"
_DESK: Final = (Part.STEWARD, Part.APPROVER)
PAIR: Final = Workflow(
    name="linkage pair",
    initial=PairState.OPEN,
    states=tuple(PairState.values),
    moves=(
        Move("hear", (PairState.OPEN,), PairState.HEARD, _DESK, _BY_TWO),
        Move("agree_same", (PairState.HEARD,), PairState.SAME, _DESK, _BY_TWO),
        Move("agree_apart", (PairState.HEARD,), PairState.APART, _DESK, _BY_TWO),
        Move("dispute", (PairState.HEARD,), PairState.DISPUTED, _DESK, _BY_TWO),
        Move("settle_same", (PairState.DISPUTED,), PairState.SAME, (Part.APPROVER,), _BY_TWO),
        Move("settle_apart", (PairState.DISPUTED,), PairState.APART, (Part.APPROVER,), _BY_TWO),
    ),
    final=(PairState.SAME, PairState.APART),
)
WAITING: Final = (PairState.OPEN, PairState.HEARD, PairState.DISPUTED)
