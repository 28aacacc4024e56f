"""How versions of match models and runs may move, as data.

A model is written by one person and confirmed by another; only a confirmed version runs. Every run ends, and every
result ends with the grants that fed it.
"""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haihe.kernel.workflow import Move, Workflow


class Part(StrEnum):
    """In which part somebody acts: who writes, who confirms, this program."""

    STEWARD = "STEWARD"
    APPROVER = "APPROVER"
    SYSTEM = "SYSTEM"


class VersionState(TextChoices):
    """Where a version of a model stands."""

    DRAFT = "DRAFT", _("草稿")
    SUBMITTED = "SUBMITTED", _("待确认")
    CONFIRMED = "CONFIRMED", _("已确认")
    REPLACED = "REPLACED", _("已被新版替换")
    WITHDRAWN = "WITHDRAWN", _("已停用")


class MatchRunState(TextChoices):
    """Where a run stands."""

    QUEUED = "QUEUED", _("等待运行")
    RUNNING = "RUNNING", _("运行中")
    DONE = "DONE", _("已完成")
    FAILED = "FAILED", _("未完成")
    CANCELLED = "CANCELLED", _("已取消")
    EXPIRED = "EXPIRED", _("结果已到期删除")


class OpeningReason(TextChoices):
    """Why a match is looked at in clear."""

    VISIT = "VISIT", _("上门服务")
    CHECK = "CHECK", _("核实情况")
    CORRECT = "CORRECT", _("纠正数据")
    COMPLAINT = "COMPLAINT", _("答复本人或者投诉")


_TWO_PERSONS = "本平台规则：比对模型由一人编写、另一人确认，确认后才能运行"
_ENDS = "本平台规则：每次运行都有结局，基准数据的每一行都有去向"
_WITH_THE_GRANT = "政务数据共享条例 第27条：授权终止后，获取的数据按要求处置"

VERSION: Final = Workflow(
    name="match model version",
    initial=VersionState.DRAFT,
    states=tuple(VersionState.values),
    moves=(
        Move("submit", (VersionState.DRAFT,), VersionState.SUBMITTED, (Part.STEWARD,), _TWO_PERSONS),
        Move("return", (VersionState.SUBMITTED,), VersionState.DRAFT, (Part.APPROVER,), _TWO_PERSONS),
        Move("confirm", (VersionState.SUBMITTED,), VersionState.CONFIRMED, (Part.APPROVER,), _TWO_PERSONS),
        Move("replace", (VersionState.CONFIRMED,), VersionState.REPLACED, (Part.SYSTEM,), _TWO_PERSONS),
        Move("withdraw", (VersionState.CONFIRMED,), VersionState.WITHDRAWN, (Part.APPROVER,), _TWO_PERSONS),
    ),
    final=(VersionState.REPLACED, VersionState.WITHDRAWN),
)
RUN: Final = Workflow(
    name="match run",
    initial=MatchRunState.QUEUED,
    states=tuple(MatchRunState.values),
    moves=(
        Move("begin", (MatchRunState.QUEUED,), MatchRunState.RUNNING, (Part.SYSTEM,), _ENDS),
        Move("finish", (MatchRunState.RUNNING,), MatchRunState.DONE, (Part.SYSTEM,), _ENDS),
        Move("fail", (MatchRunState.QUEUED, MatchRunState.RUNNING), MatchRunState.FAILED, (Part.SYSTEM,), _ENDS),
        Move(
            "cancel",
            (MatchRunState.QUEUED, MatchRunState.RUNNING),
            MatchRunState.CANCELLED,
            (Part.STEWARD, Part.APPROVER),
            _ENDS,
        ),
        Move("expire", (MatchRunState.DONE,), MatchRunState.EXPIRED, (Part.SYSTEM,), _WITH_THE_GRANT),
    ),
    final=(MatchRunState.FAILED, MatchRunState.CANCELLED, MatchRunState.EXPIRED),
)
