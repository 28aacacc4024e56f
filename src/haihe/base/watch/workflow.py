"""The life of an alert."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from haihe.kernel.workflow import Move, Workflow


class AlertState(models.TextChoices):
    """Where an alert stands."""

    OPEN = "OPEN", _("未处理")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("处理中")
    CLOSED = "CLOSED", _("已恢复")


class Part(models.TextChoices):
    """In which part somebody, or the watch itself, moves an alert."""

    WATCH = "WATCH", _("自动监测")
    AUTHORITY = "AUTHORITY", _("大数据中心")
    OWNER = "OWNER", _("提供部门")


_PRACTICE = "docs/operations.md"
ALERT: Final = Workflow(
    name="alert",
    initial=AlertState.OPEN,
    states=tuple(AlertState.values),
    moves=(
        Move("acknowledge", (AlertState.OPEN,), AlertState.ACKNOWLEDGED, (Part.AUTHORITY, Part.OWNER), _PRACTICE),
        Move("close", (AlertState.OPEN, AlertState.ACKNOWLEDGED), AlertState.CLOSED, (Part.WATCH,), _PRACTICE),
    ),
    final=(AlertState.CLOSED,),
)
