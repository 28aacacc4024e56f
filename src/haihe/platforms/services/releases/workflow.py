"""How a release may move, as data. What was approved never changes: another moment needs another approval."""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.kernel.workflow import Move, Workflow


class Part(StrEnum):
    """In which part somebody acts: who writes, who approves."""

    STEWARD = "STEWARD"
    APPROVER = "APPROVER"


class ReleaseState(TextChoices):
    """Where a release stands. Only an approved one is served."""

    DRAFT = "DRAFT", _("草稿")
    SUBMITTED = "SUBMITTED", _("待批准")
    APPROVED = "APPROVED", _("已批准")
    STOPPED = "STOPPED", _("已停止")


_TWO_PERSONS = gettext_noop("成绩发布的时间和内容由一人编写、另一人批准")
_STOP = gettext_noop("发现数据有误时立即停止发布")

RELEASE: Final = Workflow(
    name="release",
    initial=ReleaseState.DRAFT,
    states=tuple(ReleaseState.values),
    final=(),
    moves=(
        Move("submit", (ReleaseState.DRAFT,), ReleaseState.SUBMITTED, (Part.STEWARD,), _TWO_PERSONS),
        Move("return", (ReleaseState.SUBMITTED,), ReleaseState.DRAFT, (Part.APPROVER,), _TWO_PERSONS),
        Move("approve", (ReleaseState.SUBMITTED,), ReleaseState.APPROVED, (Part.APPROVER,), _TWO_PERSONS),
        Move("stop", (ReleaseState.APPROVED,), ReleaseState.STOPPED, (Part.STEWARD, Part.APPROVER), _STOP),
        Move("rewrite", (ReleaseState.STOPPED,), ReleaseState.DRAFT, (Part.STEWARD,), _TWO_PERSONS),
    ),
)
LABELS: Final = {
    "submit": _("提交批准"),
    "return": _("退回修改"),
    "approve": _("批准"),
    "stop": _("立即停止"),
    "rewrite": _("重新编写"),
}
NEEDS_WORDS: Final = frozenset({"return", "stop"})
