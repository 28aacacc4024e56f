"""Sources, each of their fetches, and what was done to both. A secret is sealed in the row and is never read out."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SourceRunState(models.TextChoices):
    """Where a fetch stands; the moves between states are in workflow.py."""

    WAITING = "WAITING", _("等待取数")
    FETCHING = "FETCHING", _("取数中")
    HANDED_OVER = "HANDED_OVER", _("检查中")
    PUBLISHED = "PUBLISHED", _("已发布")
    UNCHANGED = "UNCHANGED", _("没有变化")
    NOTHING_NEW = "NOTHING_NEW", _("没有新数据")
    REFUSED = "REFUSED", _("未采用")
    FAILED = "FAILED", _("取数失败")
    CANCELLED = "CANCELLED", _("已取消")


UNFINISHED = (SourceRunState.WAITING, SourceRunState.FETCHING, SourceRunState.HANDED_OVER)


class Cause(models.TextChoices):
    """Why a fetch was begun."""

    SCHEDULE = "SCHEDULE", _("按计划")
    BY_HAND = "BY_HAND", _("手动")
    MORE = "MORE", _("还有待取的数据")


class Source(models.Model):
    """One place from which one resource is fetched. A resource may have several.

    `settings` fit the connector's struct. `schedule` is a cron line in the city's time, empty for by hand only;
    `next_due` is its next moment. `watermark` and `content_sha256` are of what was published last. `failures` counts
    those in a row; at `tell_after` its steward is told.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.CharField(max_length=64)
    owner = models.CharField(max_length=12)
    title = models.CharField(max_length=60)
    connector = models.CharField(max_length=32)
    settings = models.JSONField()
    sealed_secret = models.BinaryField(default=bytes)
    sealed_key = models.BinaryField()
    schedule = models.CharField(max_length=100, blank=True)
    working_days = models.BooleanField(default=False)
    paused = models.BooleanField(default=True)
    tell_after = models.PositiveSmallIntegerField(default=3)
    watermark = models.TextField(null=True, blank=True)  # noqa: DJ001 - none is not an empty one
    content_sha256 = models.CharField(max_length=64, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_due = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    tested_well = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["resource", "title", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "title"], name="source_title_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_due"], condition=Q(paused=False, next_due__isnull=False), name="source_due"),
            models.Index(fields=["owner"], name="source_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.title}"


class SourceEvent(models.Model):
    """What somebody did to a source; appended, never changed. `told` names which settings, and none of their values."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="events")
    name = models.CharField(max_length=32)
    told = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.name


class SourceRun(models.Model):
    """One fetch, with all its tries, from being asked for to its end. At most one of a source isn't at its end.

    `feed_run` is the run of the exchange that checks what was fetched; its file lies there from the first byte.
    `kept_at`: since when what this fetch wrote outlives a crash. `token` is what the source is told by in the end, and
    `settled` that it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=16, choices=SourceRunState, default=SourceRunState.WAITING)
    cause = models.CharField(max_length=16, choices=Cause)
    asked_by = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    feed_run = models.UUIDField(null=True, blank=True, unique=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    filename = models.CharField(max_length=255, blank=True)
    format = models.CharField(max_length=32, blank=True)
    mode = models.CharField(max_length=8, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    watermark = models.TextField(null=True, blank=True)  # noqa: DJ001 - none is not an empty one
    complete = models.BooleanField(default=True)
    token = models.TextField(blank=True)
    settled = models.BooleanField(default=False)
    rows = models.BigIntegerField(default=0)
    size_bytes = models.BigIntegerField(default=0)
    content_sha256 = models.CharField(max_length=64, blank=True)
    rows_accepted = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)

    fault = models.CharField(max_length=64, blank=True)
    leg = models.CharField(max_length=16, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=UNFINISHED), name="source_run_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=SourceRunState.values), name="source_run_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, ended_at__isnull=True)
                | (~Q(state__in=UNFINISHED) & Q(ended_at__isnull=False)),
                name="source_run_ends_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source", "-asked_at"], name="source_run_by_source"),
            models.Index(fields=["state"], condition=Q(state__in=UNFINISHED), name="source_run_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.asked_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED


class SourceRunMove(models.Model):
    """One step in the life of a fetch; appended, never changed. `fault` is why it went back or failed."""

    run = models.ForeignKey(SourceRun, on_delete=models.CASCADE, related_name="moves")
    name = models.CharField(max_length=32)
    target = models.CharField(max_length=16, choices=SourceRunState)
    fault = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.name} → {self.target}"
