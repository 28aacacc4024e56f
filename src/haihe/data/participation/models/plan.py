"""The opening plan: what a department will open, and by when."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.data.participation.workflow import OPEN_PLAN, PlanState


class PlanEntry(models.Model):
    """One thing that a department of this year's plan will open.

    `code` is of the catalogue ("" while it isn't registered). `promised_on` never changes, `due_on` moves when it is
    postponed; `dataset` is the slug under which it was published.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField()
    owner = models.CharField(max_length=12, db_index=True)
    title = models.CharField(max_length=100)
    code = models.CharField(max_length=32, blank=True, db_index=True)
    promised_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=16, choices=PlanState, default=PlanState.PLANNED)
    reason = models.CharField(max_length=500, blank=True)
    dataset = models.CharField(max_length=80, blank=True)
    published_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "owner", "title"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["year", "due_on"], name="plan_of_year")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["year", "owner", "title"], name="plan_entry_once"),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_known"),
            models.CheckConstraint(
                condition=Q(state=PlanState.PUBLISHED, published_on__isnull=False) & ~Q(dataset="")
                | ~Q(state=PlanState.PUBLISHED) & Q(published_on__isnull=True),
                name="plan_published_names_its_dataset",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(PlanState.POSTPONED, PlanState.DROPPED)) | ~Q(reason=""),
                name="plan_change_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.owner} {self.title}"

    def is_late(self, today: date) -> bool:
        return self.state in OPEN_PLAN and today > self.due_on
