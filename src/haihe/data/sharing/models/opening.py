import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from haihe.data.sharing.models.answering import AnsweredInTime
from haihe.data.sharing.workflow import CLOCKS, ClockName
from haihe.data.sharing.workflow_opening import CLOCK_RUNS, IN_USE, UNDECIDED, OpeningState

LONGEST_OPENING_MONTHS = 24
_WAS_DECIDED = (OpeningState.AGREEMENT, OpeningState.REFUSED, *IN_USE, OpeningState.EXPIRED)


class OpeningApplication(AnsweredInTime):
    """One application of society for a conditional open dataset, and the use that it led to.

    `created_by` is the person of society, `holder` in whose name they act; `dataset` is known by its slug to the room
    above, `resource` is its catalogue entry. `asked` are the columns wanted, `columns` those granted. `agreement` is
    the text that was accepted, of `agreement_number`, and its SHA-256. `suspended_by`: the part that suspended it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    token = models.UUIDField(unique=True)
    dataset = models.CharField(max_length=80, db_index=True)
    title = models.CharField(max_length=100)
    resource = models.CharField(max_length=32)
    owner = models.CharField(max_length=12, db_index=True)
    created_by = models.UUIDField(db_index=True)
    created_name = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    holder = models.CharField(max_length=100)
    credit_code = models.CharField(max_length=18, blank=True)
    use = models.CharField(max_length=16)
    purpose = models.TextField(max_length=1000)
    storage = models.TextField(max_length=500)
    readers = models.TextField(max_length=500)
    deletion = models.TextField(max_length=500)
    months = models.PositiveSmallIntegerField()
    asked = ArrayField(models.CharField(max_length=64))
    columns = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    state = models.CharField(max_length=16, choices=OpeningState, default=OpeningState.OWNER_REVIEW)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal_reason = models.TextField(blank=True)
    refused_by = models.UUIDField(null=True, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    agreement = models.TextField(blank=True)
    agreement_number = models.PositiveSmallIntegerField(default=0)
    agreement_sha256 = models.CharField(max_length=64, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    suspended_by = models.CharField(max_length=24, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "number"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "due_on"], name="opening_by_clock")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=OpeningState.values), name="opening_state_known"),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=LONGEST_OPENING_MONTHS), name="opening_duration"
            ),
            models.CheckConstraint(
                condition=Q(asked__len__gte=1)
                & ~Q(purpose="")
                & ~Q(storage="")
                & ~Q(readers="")
                & ~Q(deletion="")
                & ~Q(holder=""),
                name="opening_says_what_for_and_how_it_is_kept",
            ),
            models.CheckConstraint(condition=Q(columns__contained_by=F("asked")), name="opening_gives_what_was_asked"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("created_by")),
                name="opening_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_WAS_DECIDED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="opening_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=OpeningState.REFUSED) | ~Q(refusal_reason=""), name="opening_refused_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=IN_USE)
                | Q(accepted_at__isnull=False, valid_until__isnull=False, columns__len__gte=1)
                & ~Q(agreement_sha256=""),
                name="opening_used_under_an_agreement",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLOCK_RUNS, clock_started_on__isnull=False)
                | ~Q(state__in=CLOCK_RUNS) & Q(clock_started_on__isnull=True, due_on__isnull=True),
                name="opening_clock_runs_for_the_answer",
            ),
            models.CheckConstraint(
                condition=Q(clock_days__lte=CLOCKS[ClockName.ANSWER_OBJECTION].ceiling),
                name="opening_clock_within_the_ceiling",
            ),
            models.UniqueConstraint(
                fields=["created_by", "dataset"],
                condition=Q(state__in=UNDECIDED),
                name="opening_one_undecided_each",
            ),
            models.UniqueConstraint(
                fields=["created_by", "dataset"], condition=Q(state__in=IN_USE), name="opening_one_in_use_each"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def in_force(self, now: datetime) -> bool:
        return self.state == OpeningState.ACTIVE and self.valid_until is not None and now < self.valid_until
