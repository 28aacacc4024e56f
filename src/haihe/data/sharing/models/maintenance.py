import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from haihe.data.sharing.models.service import Service

LONGEST = timedelta(hours=72)


class Maintenance(models.Model):
    """When a provider works on its systems: on all of them, or on what is behind one service.

    Meanwhile the gateway refuses; where it `serves_on`, only what the department's own interface would answer. It
    begins and ends by itself, stays as it was announced, and can only be ended once, before its time. Who announced
    and who ended it stand here; nothing is taken back or deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.UUIDField(unique=True)
    owner = models.CharField(max_length=12, db_index=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="maintenance")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=100)
    serves_on = models.BooleanField(default=False)
    announced_by = models.UUIDField()
    announced_name = models.CharField(max_length=64)
    announced_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.UUIDField(null=True, blank=True)
    ended_name = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="maintenance_begins_and_ends"),
            models.CheckConstraint(condition=Q(ends_at__lte=F("starts_at") + LONGEST), name="maintenance_is_short"),
            models.CheckConstraint(condition=~Q(reason=""), name="maintenance_with_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_name="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_name=""),
                name="maintenance_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.starts_at:%Y-%m-%d %H:%M}"

    def is_running(self, now: datetime) -> bool:
        return self.ended_at is None and self.starts_at <= now < self.ends_at

    def is_coming(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.starts_at

    def is_over(self, now: datetime) -> bool:
        return self.ended_at is not None or self.ends_at <= now
