"""Data requests: what society would like to have, who wants it too, and whether what came helped."""

import uuid
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from haihe.data.participation.models.plan import PlanEntry
from haihe.data.participation.workflow import HELPFUL_REQUESTS, TO_FORWARD, RefusalGround, RequestState


class DataRequest(models.Model):
    """One wish. `owner` is the department that is to answer ("" until forwarded), `wished_owner` whom the writer
    thought of. `requester_name` is masked: everybody reads it. `votes` counts the rows of RequestVote.

    The clock runs while it is SUBMITTED or HANDED_BACK (data centre) or FORWARDED (department); `due_on` None: beyond
    the calendar. `answer` is what was answered, of one handed back why.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=60)
    words = models.TextField(max_length=2000)
    purpose = models.TextField(max_length=1000)
    beneficiaries = models.CharField(max_length=200, blank=True)
    wished_owner = models.CharField(max_length=12, blank=True)
    owner = models.CharField(max_length=12, blank=True, db_index=True)
    requester = models.UUIDField(db_index=True)
    requester_name = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=RequestState, default=RequestState.SUBMITTED)
    submitted_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    clock_started_on = models.DateField()
    clock_days = models.PositiveSmallIntegerField()
    due_on = models.DateField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(null=True, blank=True)
    """Working days from being forwarded to the answer."""
    answer = models.TextField(max_length=1000, blank=True)
    ground = models.CharField(max_length=16, choices=RefusalGround, blank=True)
    dataset = models.CharField(max_length=80, blank=True, db_index=True)
    plan = models.ForeignKey(PlanEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")
    votes = models.PositiveIntegerField(default=0)
    found = SearchVectorField(default="")
    ranked = SearchVectorField(default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["-submitted_at", "number"]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["found"], name="data_request_found"),
            models.Index(fields=["state", "due_on"], name="data_request_clock"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="data_request_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=(*TO_FORWARD, RequestState.REJECTED, RequestState.WITHDRAWN))
                | Q(state=RequestState.ALREADY_OPEN)
                | ~Q(owner=""),
                name="data_request_has_a_department",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HELPFUL_REQUESTS) | ~Q(dataset=""), name="data_request_names_its_dataset"
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | ~Q(ground="") & ~Q(answer=""),
                name="data_request_refusal_has_a_ground",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.ACCEPTED) | Q(plan__isnull=False), name="data_request_is_in_the_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class RequestVote(models.Model):
    """One person wants it too; taken back by deleting the row."""

    request = models.ForeignKey(DataRequest, on_delete=models.CASCADE, related_name="voters")
    voter = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["request", "voter"], name="request_vote_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["voter", "at"], name="request_vote_rate")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%Y-%m-%d}"


class RequestFeedback(models.Model):
    """Whether what was opened helped somebody who wanted it; they may say otherwise later."""

    request = models.ForeignKey(DataRequest, on_delete=models.CASCADE, related_name="feedback")
    person = models.UUIDField()
    person_name = models.CharField(max_length=64)
    helped = models.BooleanField()
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["request", "person"], name="request_feedback_once"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.helped}"
