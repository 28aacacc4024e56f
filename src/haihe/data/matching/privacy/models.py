"""Figures that were made public, and what they cost of a register's privacy budget."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.data.matching.models import MatchRun


class PublicFigures(models.Model):
    """Counts of one run by place, as they were made public: made once, so that nobody averages the noise away.

    `epsilon` is 0 where no count was small and all stand as they are. It is charged to the base register's year.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.OneToOneField(MatchRun, on_delete=models.PROTECT, related_name="public_figures")
    resource = models.CharField(max_length=32)
    year = models.PositiveIntegerField()
    epsilon = models.FloatField()
    counts = models.JSONField()
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
        return f"{self.run} {self.published_at:%Y-%m-%d}"
