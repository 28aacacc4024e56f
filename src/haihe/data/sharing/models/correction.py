import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.workflow import CLOCKS, OPEN_CORRECTIONS, ClockName, CorrectionState

_ANSWERED = (CorrectionState.CONFIRMED, CorrectionState.CORRECTED, CorrectionState.REJECTED)


class ReporterKind(models.TextChoices):
    """Who reported the error."""

    CITIZEN = "CITIZEN", _("本人")
    CONSUMER = "CONSUMER", _("使用部门")


class Correction(models.Model):
    """A report of wrong data under art. 26, tied to one use of it by its evidence.

    `sealed_person` holds name and identity number for the owner, who must find the row (context
    `correction-person:<id>`); empty where a department reported without naming the person. `answer` are the owner's
    words to whoever reported.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    evidence = models.UUIDField(db_index=True)
    subject_key = models.BinaryField(max_length=16, db_index=True)
    owner = models.CharField(max_length=12, db_index=True)
    consumer = models.CharField(max_length=12, db_index=True)
    resource = models.CharField(max_length=32)
    service = models.CharField(max_length=64)
    claims = models.JSONField(default=list)
    case = models.CharField(max_length=64, blank=True)
    told = models.CharField(max_length=16)
    as_of = models.DateTimeField(null=True, blank=True)
    statement = models.TextField(max_length=1000)
    reporter_kind = models.CharField(max_length=16, choices=ReporterKind)
    reporter = models.UUIDField()
    sealed_person = models.BinaryField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=CorrectionState, default=CorrectionState.RECEIVED)
    opened_at = models.DateTimeField()
    clock_started_on = models.DateField()
    clock_days = models.PositiveSmallIntegerField(default=10, db_default=10)
    due_on = models.DateField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "number"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "state", "due_on"], name="correction_by_clock")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=CorrectionState.values), name="correction_state_known"),
            models.CheckConstraint(condition=~Q(statement=""), name="correction_says_what"),
            models.CheckConstraint(
                condition=~Q(state__in=_ANSWERED) | ~Q(answer=""), name="correction_answered_in_words"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_CORRECTIONS, closed_at__isnull=True)
                | ~Q(state__in=OPEN_CORRECTIONS) & Q(closed_at__isnull=False),
                name="correction_closes_once",
            ),
            models.CheckConstraint(
                condition=Q(clock_days__gte=1, clock_days__lte=CLOCKS[ClockName.CORRECTION].ceiling),
                name="correction_clock_within_the_law",
            ),
            # One record may be of many persons.
            models.UniqueConstraint(
                fields=["evidence", "subject_key"],
                condition=Q(state__in=OPEN_CORRECTIONS),
                name="correction_one_open_per_use",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def seal_context(self) -> str:
        return f"correction-person:{self.id}"
