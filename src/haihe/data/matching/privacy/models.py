"""What left comparisons: rows that were exported, and figures that were made public with what they cost."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from haihe.data.matching.models import MatchModel, MatchRun
from haihe.data.matching.privacy.workflow import ExportFormat, ExportState
from haihe.data.matching.workflow import LeadKind


class PublicFigures(models.Model):
    """Counts of one model by district, as they were made public: drawn once for the same facts, and kept.

    `epsilon` is 0 where no count was small and all stand as they are; it is charged to the base register's year.
    `counts` says how many were found, `steps` how many of them were reached and came to an end. `facts_mark` is a keyed
    hash of the exact counts: the same facts are never drawn again, or their noise could be averaged away.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.ForeignKey(
        MatchModel, null=True, blank=True, on_delete=models.PROTECT, related_name="public_figures"
    )
    run = models.ForeignKey(MatchRun, null=True, blank=True, on_delete=models.PROTECT, related_name="public_figures")
    resource = models.CharField(max_length=32)
    year = models.PositiveIntegerField()
    epsilon = models.FloatField()
    counts = models.JSONField()
    steps = models.JSONField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=LeadKind, blank=True, default="", db_default="")
    facts_mark = models.CharField(max_length=64, blank=True, default="", db_default="")
    published_by = models.UUIDField(null=True, blank=True)
    published_name = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-published_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(epsilon__gte=0), name="public_figures_cost_nothing_or_more")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["resource", "year"], name="public_figures_budget")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.published_at:%Y-%m-%d}"


class ResultExport(models.Model):
    """Rows of a result that somebody wants to take out as a file, by these columns and for this purpose.

    `smallest` is how many persons the rarest combination of the columns has. Below `guard.K` a `right` is claimed, in
    words, and another person approves. What leaves is made anew at each download, after the ledger knows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="exports")
    columns = models.JSONField()
    file_format = models.CharField(max_length=8, choices=ExportFormat)
    rows = models.PositiveIntegerField()
    smallest = models.PositiveIntegerField()
    purpose = models.CharField(max_length=300)
    right = models.CharField(max_length=16, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=16, choices=ExportState, default=ExportState.WAITING)
    asked_by = models.UUIDField()
    asked_name = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True, blank=True)
    decided_name = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_words = models.CharField(max_length=300, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="export_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ExportState.READY, ExportState.TAKEN])
                | Q(smallest__gte=5)
                | Q(decided_by__isnull=False) & ~Q(right="") & ~Q(basis=""),
                name="export_small_groups_by_right_and_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return self.number
