"""How runs of linkage, and pairs that are left to people, may move, as data.

Two persons look at a pair by themselves; where they differ, or one isn't sure, a third settles it.
"""

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
    CANCELLED = "CANCELLED", _("已取消")
    EXPIRED = "EXPIRED", _("结果已到期删除")


class LinkageStep(TextChoices):
    """What a run is at, in this order."""

    READ = "READ", _("读取两份数据")
    CLEAN = "CLEAN", _("整理姓名、地址和号码")
    LEARN = "LEARN", _("从数据中学习权重")
    WEIGH = "WEIGH", _("比较各对")
    DECIDE = "DECIDE", _("判断哪些是同一人")
    RECORD = "RECORD", _("记录涉及的人")


class PairState(TextChoices):
    """Where a pair stands."""

    OPEN = "OPEN", _("待核对")
    HEARD = "HEARD", _("待第二人核对")
    DISPUTED = "DISPUTED", _("待裁定")
    SAME = "SAME", _("同一人")
    APART = "APART", _("不是同一人")


_ENDS: Final = "本平台规则：每次运行都有结局，基准数据的每一行都有去向"
_WITH_THE_GRANT: Final = "政务数据共享条例 第27条：授权终止后，获取的数据按要求处置"
_BY_TWO: Final = "本平台规则：系统拿不准的，由两人分别核对，意见不一或者拿不准由审批人裁定"
_DESK: Final = (Part.STEWARD, Part.APPROVER)
_OPEN: Final = (LinkageRunState.QUEUED, LinkageRunState.RUNNING)
RUN: Final = Workflow(
    name="linkage run",
    initial=LinkageRunState.QUEUED,
    states=tuple(LinkageRunState.values),
    moves=(
        Move("begin", (LinkageRunState.QUEUED,), LinkageRunState.RUNNING, (Part.SYSTEM,), _ENDS),
        Move("finish", (LinkageRunState.RUNNING,), LinkageRunState.DONE, (Part.SYSTEM,), _ENDS),
        Move("fail", _OPEN, LinkageRunState.FAILED, (Part.SYSTEM,), _ENDS),
        Move("cancel", _OPEN, LinkageRunState.CANCELLED, _DESK, _ENDS),
        Move("expire", (LinkageRunState.DONE,), LinkageRunState.EXPIRED, (Part.SYSTEM,), _WITH_THE_GRANT),
    ),
    final=(LinkageRunState.FAILED, LinkageRunState.CANCELLED, LinkageRunState.EXPIRED),
)
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
