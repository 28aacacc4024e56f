"""Feed runs, their moves, and the snapshots they leave. Files live in the lake; these rows say which of them count."""

import uuid
from datetime import UTC
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where a run stands; the moves between states are in workflow.py. A held one waits for a steward's decision."""

    RECEIVED = "RECEIVED", _("已收到")
    READING = "READING", _("读取中")
    CHECKED = "CHECKED", _("已检查")
    HELD = "HELD", _("待决定")
    PUBLISHED = "PUBLISHED", _("已发布")
    REJECTED = "REJECTED", _("未采用")
    FAILED = "FAILED", _("处理失败")


UPLOAD = "upload"
"""How a file came that a person brought. Runs of earlier versions say `csv_file` instead."""
NODE = "node"
PART_LENGTH = 200


class Mode(models.TextChoices):
    """Whether a file holds a resource whole, or only what changed (rows with `_op`: upsert or delete)."""

    FULL = "full", _("全量")
    DELTA = "delta", _("增量")


TERMINAL_STATES = (RunState.PUBLISHED, RunState.REJECTED, RunState.FAILED)


class FeedRun(models.Model):
    """One hand-over of one file by a department, from receipt to its end.

    Counts are of data rows: rows_in = rows_accepted + rows_rejected at every moment. Blank lines, and lines above
    the header, are no rows; they are counted apart. `folder` (below the data directory) holds what was kept of the
    rows, and `manifest_sha256` proves it. `connector` is how the file came ("upload", "sftp" …), `source` which source
    fetched it, `format` how its rows stand in it, `part` which sheet or member of it was read. `merged` is the account
    of a delta over the snapshot before (deltas/merging.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.CharField(max_length=64)
    owner = models.CharField(max_length=12)
    connector = models.CharField(max_length=32)
    source = models.UUIDField(null=True, blank=True)
    format = models.CharField(max_length=32, default="csv_file", db_default="csv_file")
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.FULL, db_default=Mode.FULL)
    filename = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField(default=0)
    source_sha256 = models.CharField(max_length=64, blank=True)
    submitted_by = models.UUIDField(null=True, blank=True)
    submitted_name = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    as_of = models.DateTimeField()
    queued = models.BooleanField(default=False)

    state = models.CharField(max_length=16, choices=RunState, default=RunState.RECEIVED)
    bytes_read = models.BigIntegerField(default=0)
    rows_in = models.IntegerField(default=0)
    rows_accepted = models.IntegerField(default=0)
    rows_rejected = models.IntegerField(default=0)
    blank_lines = models.IntegerField(default=0)
    preface_lines = models.IntegerField(default=0)
    reasons = models.JSONField(default=dict)
    merged = models.JSONField(default=dict, db_default={})
    ignored_columns = ArrayField(models.CharField(max_length=200), default=list)
    encoding = models.CharField(max_length=32, blank=True)
    encoding_confidence = models.FloatField(null=True, blank=True)
    part = models.CharField(max_length=PART_LENGTH, blank=True, default="", db_default="")
    folder = models.CharField(max_length=200, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    outcome_code = models.CharField(max_length=64, blank=True)
    outcome = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-received_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(rows_in=F("rows_accepted") + F("rows_rejected")), name="feed_run_rows_add_up"
            ),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="feed_run_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=TERMINAL_STATES, finished_at__isnull=False)
                | (~Q(state__in=TERMINAL_STATES) & Q(finished_at__isnull=True)),
                name="feed_run_ends_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["resource", "-received_at"], name="feed_run_by_resource"),
            models.Index(fields=["state"], condition=~Q(state__in=TERMINAL_STATES), name="feed_run_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.received_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def snapshot_name(self) -> str:
        """The id its snapshot has, or would have had; sealed values are bound to it."""
        return f"{self.received_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{self.id.hex[:8]}"

    @property
    def came_by(self) -> str:
        """How the file came; runs of earlier versions named the only format there was."""
        return UPLOAD if self.connector == "csv_file" else self.connector

    @property
    def comes_again(self) -> bool:
        """Whether its source tries again by itself, and knows how the file is to be read; a node has let go of it."""
        return self.source is not None and self.connector != NODE

    @property
    def is_finished(self) -> bool:
        return self.state in TERMINAL_STATES


class FeedRunMove(models.Model):
    """One step in a run's life, or somebody's taking its rejects away; appended, never changed.

    `by` names the person; it is empty for what the system did by itself.
    """

    run = models.ForeignKey(FeedRun, on_delete=models.CASCADE, related_name="moves")
    name = models.CharField(max_length=32)
    target = models.CharField(max_length=16, choices=RunState)
    at = models.DateTimeField()
    by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.name} → {self.target}"


class Snapshot(models.Model):
    """One immutable state of a resource in the lake. The current one per resource is what the gateway answers from.

    `stored_at`: since when its files are in the bucket, where there is one, and are here for a while only.
    The view `gateway_index` shows the current rows to the gateway, and a trigger tells it of every change.
    """

    id = models.CharField(primary_key=True, max_length=40)
    resource = models.CharField(max_length=64)
    run = models.OneToOneField(FeedRun, on_delete=models.PROTECT, related_name="snapshot")
    as_of = models.DateTimeField()
    created_at = models.DateTimeField()
    row_count = models.IntegerField()
    in_doubt_count = models.IntegerField()
    data_sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    path = models.CharField(max_length=200)
    index_path = models.CharField(max_length=200, blank=True)
    index_removed_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField(null=True, blank=True)
    is_current = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource"], condition=Q(is_current=True), name="snapshot_one_current"),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(index_removed_at__isnull=True), name="snapshot_current_has_index"
            ),
        ]

    def __str__(self) -> str:
        return self.id


class DataKey(models.Model):
    """A key under which a resource's personal columns and rejects are encrypted, itself sealed by the keyring.

    The newest writes; those retired still open what was written with them. Without this table and the keyring nobody
    reads the encrypted part of the lake any more.
    """

    resource = models.CharField(max_length=64)
    number = models.IntegerField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["resource", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "number"], name="data_key_numbered_once"),
            models.UniqueConstraint(
                fields=["resource"], condition=Q(retired_at__isnull=True), name="data_key_one_writes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.number}"
