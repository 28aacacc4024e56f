"""Releases and their history. `content` is `kernel.result_release.Content` as JSON."""

from typing import ClassVar

import uuid_utils.compat
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from haihe.base.history.api import HistoryEvent
from haihe.kernel.rehearsal_report import Rehearsal, read_rehearsal
from haihe.kernel.result_release import Content, read_content
from haihe.platforms.services.releases.workflow import ReleaseState


class ResultRelease(models.Model):
    """Results that whoever proves to be the candidate may ask for, from `opens_at` until just before `closes_at`."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    slug = models.SlugField(max_length=64, unique=True)
    organisation = models.CharField(max_length=12, db_index=True)
    state = models.CharField(max_length=12, choices=ReleaseState, default=ReleaseState.DRAFT)
    content = models.JSONField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    capacity_per_s = models.PositiveIntegerField()
    written_by = models.UUIDField()
    written_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opens_at", "slug"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="result_release_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=Q(capacity_per_s__gte=1, capacity_per_s__lte=1_000_000), name="result_release_capacity"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReleaseState.APPROVED)
                | (Q(approved_by__isnull=False) & ~Q(approved_by=F("written_by"))),
                name="result_release_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def told(self) -> Content:
        return read_content(self.content)

    @property
    def title(self) -> str:
        return self.told.title.in_language(_reads_english())

    @property
    def authority(self) -> str:
        return self.told.authority.in_language(_reads_english())

    @property
    def note(self) -> str:
        return self.told.note.in_language(_reads_english())


class RehearsalReport(models.Model):
    """What a rehearsal of a release came to; `report` is `kernel.rehearsal_report.Rehearsal` as JSON. Kept for good."""

    release = models.ForeignKey(ResultRelease, on_delete=models.PROTECT, related_name="rehearsals")
    at = models.DateTimeField()
    report = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.release_id} {self.at:%Y-%m-%d %H:%M}"

    @property
    def told(self) -> Rehearsal:
        return read_rehearsal(self.report)


class ReleaseEvent(HistoryEvent):
    """One thing that happened to a release."""

    release = models.ForeignKey(ResultRelease, on_delete=models.PROTECT, related_name="events")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]


def _reads_english() -> bool:
    return (get_language() or "").startswith("en")
