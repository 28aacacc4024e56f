"""Match models in versions, their runs, and the history of both. Results lie in files; these rows say which count."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from haihe.base.history.api import HistoryEvent
from haihe.data.matching.workflow import MatchRunState, VersionState


class MatchModel(models.Model):
    """A comparison that a department makes, under one name; what it compares stands in its versions.

    `next_due` is when the version in force runs next by its schedule; None where it has none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    organisation = models.CharField(max_length=12, db_index=True)
    title = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    paused = models.BooleanField(default=False, db_default=False)
    next_due = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-number"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class MatchModelVersion(models.Model):
    """One text of a model (`definition.read_definition`). Once submitted it isn't changed any more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.ForeignKey(MatchModel, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    state = models.CharField(max_length=16, choices=VersionState, default=VersionState.DRAFT)
    written_by = models.UUIDField()
    written_name = models.CharField(max_length=64)
    written_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["model", "number"], name="match_version_numbered_once"),
            models.UniqueConstraint(
                fields=["model"], condition=Q(state=VersionState.CONFIRMED), name="match_version_one_confirmed"
            ),
            models.UniqueConstraint(
                fields=["model"],
                condition=Q(state__in=[VersionState.DRAFT, VersionState.SUBMITTED]),
                name="match_version_one_in_the_making",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("written_by")),
                name="match_version_two_persons",
            ),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="match_version_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.model} v{self.number}"


class MatchRun(models.Model):
    """One run of a confirmed version over the snapshots of its moment.

    The five counts are of the base's rows and add up to them once the run is done. `inputs` says of each input which
    snapshot of when was read under which grant. `folder` holds the result until `expires_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    version = models.ForeignKey(MatchModelVersion, on_delete=models.PROTECT, related_name="runs")
    organisation = models.CharField(max_length=12, db_index=True)
    state = models.CharField(max_length=16, choices=MatchRunState, default=MatchRunState.QUEUED)
    engine = models.CharField(max_length=16)
    asked_by = models.UUIDField(null=True, blank=True)
    asked_name = models.CharField(max_length=64)
    queued_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    share_done = models.FloatField(default=0)
    inputs = models.JSONField(default=list)
    base_rows = models.BigIntegerField(default=0)
    matched = models.BigIntegerField(default=0)
    not_matched = models.BigIntegerField(default=0)
    no_key = models.BigIntegerField(default=0)
    ambiguous = models.BigIntegerField(default=0)
    undecided = models.BigIntegerField(default=0)
    folder = models.CharField(max_length=200, blank=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-queued_at", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(base_rows=F("matched") + F("not_matched") + F("no_key") + F("ambiguous") + F("undecided")),
                name="match_run_rows_add_up",
            ),
            models.CheckConstraint(condition=Q(state__in=MatchRunState.values), name="match_run_state_known"),
            models.CheckConstraint(
                condition=~Q(state=MatchRunState.DONE)
                | Q(expires_at__isnull=False, ended_at__isnull=False) & ~Q(result_sha256=""),
                name="match_run_done_has_a_result",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state__in=[MatchRunState.QUEUED, MatchRunState.RUNNING]),
                name="match_run_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class MatchEvent(HistoryEvent):
    """One line of the history of a model's version, or of a run."""

    version = models.ForeignKey(
        MatchModelVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    run = models.ForeignKey(MatchRun, null=True, blank=True, on_delete=models.PROTECT, related_name="events")

    class Meta(HistoryEvent.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(version__isnull=False, run__isnull=True) | Q(version__isnull=True, run__isnull=False),
                name="match_event_of_one",
            )
        ]
