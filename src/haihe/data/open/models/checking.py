"""What the opening gate found, and what was decided to mask."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.data.open.models.dataset import Dataset


class MaskMethod(models.TextChoices):
    """What is done with a column before it is opened."""

    DROP = "DROP", _("整列不开放")
    HIDE = "HIDE", _("以“*”代替")
    PARTIAL = "PARTIAL", _("只留首尾字符")
    YEAR = "YEAR", _("日期只留年份")
    BAND = "BAND", _("数字改为区间")
    COARSE_PLACE = "COARSE_PLACE", _("地址只到街道、坐标只到约一公里")
    SUPPRESS_SMALL = "SUPPRESS_SMALL", _("小于最小人数的不显示")
    KEEP = "KEEP", _("依法公开，不脱敏")


class GateRun(models.Model):
    """One look of the gate at one snapshot's rows; `findings` as data (gate/findings.py), samples masked."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="gate_runs")
    snapshot = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=64, blank=True)
    rows = models.BigIntegerField()
    passed = models.BooleanField()
    findings = models.JSONField()
    duration_ms = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.snapshot} {self.passed}"


class MaskDecision(models.Model):
    """What is done with one column, decided by a person with a reason. The reason is public."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="masks")
    column = models.CharField(max_length=64)
    method = models.CharField(max_length=16, choices=MaskMethod)
    reason = models.CharField(max_length=300)
    reason_en = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=64)
    decided_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dataset", "column"], name="mask_decision_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="mask_decision_says_why"),
            models.CheckConstraint(condition=Q(method__in=MaskMethod.values), name="mask_decision_known"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.column} {self.method}"
