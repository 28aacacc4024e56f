"""How a new version of an item comes to be, as data: one person writes it, another approves it, from a day it holds."""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.kernel.workflow import Move, Workflow


class Part(StrEnum):
    """In which part somebody acts: the authority's steward writes, its approver decides, and never one for both."""

    STEWARD = "STEWARD"
    APPROVER = "APPROVER"


class DraftState(TextChoices):
    """Where a draft stands."""

    DRAFT = "DRAFT", _("草稿")
    REVIEW = "REVIEW", _("待审批")
    APPROVED = "APPROVED", _("已批准")
    ABANDONED = "ABANDONED", _("已放弃")


class DraftKind(TextChoices):
    """A new version, or the item's end."""

    CHANGE = "CHANGE", _("新版本")
    RETIREMENT = "RETIREMENT", _("取消事项")


OPEN: Final = (DraftState.DRAFT, DraftState.REVIEW)
_TWO_PERSONS: Final = gettext_noop("本平台规则：事项由一人起草、另一人批准")
_PUBLISHED: Final = gettext_noop("行政许可法 第30条：事项的依据、条件、程序、期限、材料应当公示；改变的，先批准后施行")

DRAFT: Final = Workflow(
    name="item draft",
    initial=DraftState.DRAFT,
    states=tuple(DraftState.values),
    moves=(
        Move("submit", (DraftState.DRAFT,), DraftState.REVIEW, (Part.STEWARD,), _TWO_PERSONS),
        Move("take_back", (DraftState.REVIEW,), DraftState.DRAFT, (Part.STEWARD,), _TWO_PERSONS),
        Move("return", (DraftState.REVIEW,), DraftState.DRAFT, (Part.APPROVER,), _TWO_PERSONS),
        Move("approve", (DraftState.REVIEW,), DraftState.APPROVED, (Part.APPROVER,), _PUBLISHED),
        Move("abandon", (DraftState.DRAFT,), DraftState.ABANDONED, (Part.STEWARD,), _TWO_PERSONS),
    ),
    final=(DraftState.APPROVED, DraftState.ABANDONED),
)
NEEDS_WORDS: Final = frozenset({"return"})
HAPPENED: Final = {
    "begin": _("开始起草"),
    "save": _("修改了草稿"),
    "submit": _("提交审批"),
    "take_back": _("撤回修改"),
    "return": _("退回修改"),
    "approve": _("批准"),
    "abandon": _("放弃草稿"),
}
ASKED: Final = {
    "submit": _("提交审批"),
    "take_back": _("撤回修改"),
    "return": _("退回修改"),
    "approve": _("批准"),
    "abandon": _("放弃这份草稿"),
}
"""What the buttons say."""
