"""Leads: what a result asks somebody to do, and how that went."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.base.history.api import HistoryEvent
from haihe.data.matching.models.comparing import MatchModel, MatchRun
from haihe.data.matching.workflow import ENDED_LEADS, Decision, LeadKind, LeadState


class Lead(models.Model):
    """One match that somebody is to visit or to check.

    `sealed` are the fields of the result in clear, and goes when the grants end; what was done stays. `revision` grows
    with each move, so that a phone that was away notices what happened meanwhile.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=32, unique=True)
    model = models.ForeignKey(MatchModel, on_delete=models.PROTECT, related_name="leads")
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="leads")
    row = models.BigIntegerField()
    organisation = models.CharField(max_length=12, db_index=True)
    kind = models.CharField(max_length=8, choices=LeadKind)
    division = models.CharField(max_length=12, db_index=True)
    subject = models.BinaryField(max_length=16, null=True, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=LeadState, default=LeadState.NEW)
    revision = models.PositiveIntegerField(default=0)
    assigned_to = models.UUIDField(null=True, blank=True, db_index=True)
    assigned_name = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    visited_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    correction = models.CharField(max_length=24, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "row"], name="match_lead_one_for_a_row"),
            models.UniqueConstraint(
                fields=["model", "subject"],
                condition=~Q(state__in=ENDED_LEADS) & Q(subject__isnull=False),
                name="match_lead_one_open_for_a_person",
            ),
            models.CheckConstraint(condition=Q(state__in=LeadState.values), name="match_lead_state_known"),
            models.CheckConstraint(condition=Q(division__regex=r"^[0-9]{12}$"), name="match_lead_division"),
            models.CheckConstraint(
                condition=~Q(state=LeadState.DECIDED)
                | Q(told_at__isnull=False, decided_by__isnull=False) & ~Q(decision=""),
                name="match_lead_told_before_a_person_decides",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def seal_context(self) -> str:
        return f"match-lead:{self.number}"


class LeadEvent(HistoryEvent):
    """One line of a lead's history. `token` is made where the event was written down: the same never counts twice."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="events")
    token = models.UUIDField(null=True, blank=True, unique=True)
