"""Versions: what was open on a day, as files that never change."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.data.open.columns import OpenColumn, read_columns
from haihe.data.open.models.dataset import Dataset


class VersionState(models.TextChoices):
    """Where a version stands. HELD: the gate found something, the version before goes on serving."""

    WAITING = "WAITING", _("等待生成")
    READY = "READY", _("可以使用")
    HELD = "HELD", _("未通过检查")


class DatasetVersion(models.Model):
    """One version, made of one snapshot. `path` is below the data directory; `masked` tells what was masked and why.

    `added`, `removed` and `changed` count rows against the version before; None where there was none.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=VersionState, default=VersionState.WAITING)
    snapshot = models.CharField(max_length=64)
    as_of = models.DateTimeField()
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    rows = models.BigIntegerField(default=0)
    added = models.BigIntegerField(null=True, blank=True)
    removed = models.BigIntegerField(null=True, blank=True)
    changed = models.BigIntegerField(null=True, blank=True)
    columns = models.JSONField(default=list)
    masked = models.JSONField(default=list)
    path = models.CharField(max_length=200, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    is_current = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["dataset", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_once"),
            models.UniqueConstraint(fields=["dataset", "snapshot"], name="dataset_version_per_snapshot"),
            models.UniqueConstraint(
                fields=["dataset"], condition=Q(is_current=True), name="dataset_version_one_serves"
            ),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="dataset_version_state_known"),
            models.CheckConstraint(
                condition=~Q(state=VersionState.READY) | ~Q(path="") & ~Q(sha256="") & Q(published_at__isnull=False),
                name="dataset_version_ready_has_files",
            ),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(state=VersionState.READY), name="dataset_version_serves_when_ready"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["made_at"], condition=Q(state="WAITING"), name="dataset_version_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} v{self.number}"

    @property
    def open_columns(self) -> tuple[OpenColumn, ...]:
        return read_columns(self.columns)
