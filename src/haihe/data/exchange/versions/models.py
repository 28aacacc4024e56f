"""How long snapshots are kept, and which were removed. The snapshot's row itself stays: evidence names it for ever."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.data.exchange.models import Snapshot

LEAST_DAYS = 30
MOST_DAYS = 3660


class SnapshotRetention(models.Model):
    """How long the snapshots of one resource are kept; with an empty resource, those of all others.

    Kept is what is younger than `keep_days`, the newest `keep_newest` in any case, and the last of each month for
    `keep_months` months. What is current is never removed.
    """

    resource = models.CharField(max_length=64, blank=True, unique=True)
    keep_days = models.PositiveIntegerField()
    keep_newest = models.PositiveIntegerField()
    keep_months = models.PositiveIntegerField(default=0)
    set_by = models.UUIDField(null=True, blank=True)
    set_name = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(keep_days__gte=LEAST_DAYS, keep_days__lte=MOST_DAYS, keep_newest__gte=1),
                name="snapshot_retention_within_limits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource or '*'}: {self.keep_days} d"


class RemovedSnapshot(models.Model):
    """A snapshot whose files were removed when its time was over, under which retention."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="removed")
    removed_at = models.DateTimeField()
    size_bytes = models.BigIntegerField()
    keep_days = models.PositiveIntegerField()
    keep_newest = models.PositiveIntegerField()
    keep_months = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.removed_at:%Y-%m-%d}"
