"""How an export of a result may go, as data: where a right is claimed, a second person looks before anything leaves."""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haihe.data.matching.workflow import Part
from haihe.kernel.workflow import Move, Workflow


class ExportState(TextChoices):
    """Where an export stands."""

    WAITING = "WAITING", _("待批准")
    READY = "READY", _("可以下载")
    REFUSED = "REFUSED", _("未批准")
    TAKEN = "TAKEN", _("已下载")


class ExportFormat(TextChoices):
    """As what the rows leave."""

    CSV = "CSV", "CSV"
    XLSX = "XLSX", _("Excel 工作簿（XLSX）")


class Right(StrEnum):
    """By what right small groups may leave all the same."""

    DUTY = "DUTY"
    """A law names the duty for which each person must be known."""
    CONSENT = "CONSENT"
    """Those concerned agreed."""
    COURT = "COURT"
    """A court or prosecutor orders it."""


_TWO_PERSONS: Final = "本平台规则：少于 5 人的分组离开平台，须有法定依据，由另一人批准"
_LEAVES: Final = "政务数据共享条例 第25条：按照授权的用途和范围使用，全程留痕"
_OFFICE: Final = (Part.STEWARD, Part.APPROVER)
EXPORT: Final = Workflow(
    name="result export",
    initial=ExportState.WAITING,
    states=tuple(ExportState.values),
    moves=(
        Move("approve_export", (ExportState.WAITING,), ExportState.READY, (Part.APPROVER,), _TWO_PERSONS),
        Move("refuse_export", (ExportState.WAITING,), ExportState.REFUSED, (Part.APPROVER,), _TWO_PERSONS),
        Move("take_export", (ExportState.READY, ExportState.TAKEN), ExportState.TAKEN, _OFFICE, _LEAVES),
    ),
    final=(ExportState.REFUSED,),
)
