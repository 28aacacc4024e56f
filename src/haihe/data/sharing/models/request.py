import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from haihe.data.catalogue.api import SharingForm, SharingType
from haihe.data.sharing.models.answering import AnsweredInTime
from haihe.data.sharing.models.service import Service
from haihe.data.sharing.workflow import ANSWER_RUNS, OPEN_REQUESTS, RequestState

PURPOSE_FORM = r"^[A-Z][A-Z0-9_]{2,63}$"
LONGEST_MONTHS = 36
USUAL_RATE = 50
"""Requests a second, where nobody asks for another rate."""
SCOPE = Q(claims__len__gte=1, fields__len=0) | Q(claims__len=0, fields__len__gte=1)
"""Claims of a VERIFY service or fields of a QUERY service, never both."""
_BEFORE_OWNER = (RequestState.OFFICE_REVIEW, RequestState.RETURNED)
_ENDED_ANYWHERE = (RequestState.WITHDRAWN, RequestState.CLOSED)
_DECIDED = (RequestState.APPROVED, RequestState.REFUSED)
_DECIDED_BY_SOMEBODY = Q(decided_by__isnull=False, decided_by_rule=False)
_DECIDED_BY_RULE = Q(
    decided_by=None, decided_by_rule=True, state=RequestState.APPROVED, sharing_type=SharingType.UNCONDITIONAL
)


class SharingRequest(AnsweredInTime):
    """One application under art. 20. `applicant` and `owner` are organisation codes, `item` the service item it serves.

    The legal clock runs while `clock_started_on` is set, through the authority's pre-check (until `precheck_due_on`)
    too: `clock_days` working days from then. It rests while the applicant supplements papers. `due_on` is kept beside
    it to sort and filter by; None where the calendar ends. `overdue_told_at` is when the authority heard that it ran
    out. `last_good_s` is how old an answer may be while the service's source is away; 0 for never. What is shared
    unconditionally is decided by rule. `renews` is the grant that this one is to follow, `after_dispute` the dispute
    whose end lets a refused one be asked anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    token = models.UUIDField()
    after_dispute = models.ForeignKey(
        "sharing.Dispute", on_delete=models.PROTECT, related_name="reopened", null=True, blank=True
    )
    renews = models.ForeignKey(
        "sharing.Grant", on_delete=models.PROTECT, related_name="renewals", null=True, blank=True
    )
    applicant = models.CharField(max_length=12, db_index=True)
    owner = models.CharField(max_length=12, db_index=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="requests")
    sharing_type = models.CharField(max_length=16, choices=SharingType)
    form = models.CharField(max_length=16, choices=SharingForm)
    claims = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    fields = ArrayField(models.CharField(max_length=64), default=list, db_default=[], blank=True)
    purpose = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    legal_basis = models.CharField(max_length=500)
    scenario = models.TextField(max_length=2000)
    duration_months = models.PositiveSmallIntegerField()
    quota_per_day = models.PositiveIntegerField()
    last_good_s = models.PositiveIntegerField(default=0, db_default=0)
    rate_per_s = models.PositiveIntegerField(default=USUAL_RATE, db_default=USUAL_RATE)

    state = models.CharField(max_length=16, choices=RequestState, default=RequestState.OFFICE_REVIEW)
    precheck_due_on = models.DateField(null=True, blank=True)
    extension_asked_at = models.DateTimeField(null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    refusal_reason = models.TextField(blank=True)
    created_by = models.UUIDField()
    created_name = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    office_approved_by = models.UUIDField(null=True, blank=True)
    office_approved_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_rule = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "number"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_on"], name="request_by_clock"),
            models.Index(fields=["-created_at", "number"], name="request_newest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["created_by", "token"], name="request_once_per_form"),
            models.UniqueConstraint(
                fields=["applicant", "service", "purpose"],
                condition=Q(state__in=OPEN_REQUESTS),
                name="request_one_open_per_purpose",
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=Q(state__in=(*OPEN_REQUESTS, RequestState.APPROVED)),
                name="request_renews_a_grant_once",
            ),
            models.UniqueConstraint(
                fields=["after_dispute"],
                condition=Q(state__in=(*OPEN_REQUESTS, RequestState.APPROVED)),
                name="request_reopened_once",
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(condition=~Q(applicant=F("owner")), name="request_of_anothers_data"),
            models.CheckConstraint(condition=SCOPE, name="request_asks_claims_or_fields"),
            models.CheckConstraint(condition=Q(purpose__regex=PURPOSE_FORM), name="request_purpose_form"),
            models.CheckConstraint(
                condition=Q(duration_months__gte=1, duration_months__lte=LONGEST_MONTHS), name="request_duration"
            ),
            models.CheckConstraint(condition=Q(quota_per_day__gte=1), name="request_quota"),
            models.CheckConstraint(condition=Q(rate_per_s__gte=1), name="request_rate"),
            models.CheckConstraint(
                condition=~Q(legal_basis="") & ~Q(scenario="") & ~Q(item=""), name="request_says_what_art_20_asks"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(*_BEFORE_OWNER, *_ENDED_ANYWHERE))
                | Q(office_approved_by__isnull=False, office_approved_at__isnull=False),
                name="request_reaches_owner_through_office",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_DECIDED, decided_at__isnull=False) & (_DECIDED_BY_SOMEBODY | _DECIDED_BY_RULE)
                | ~Q(state__in=_DECIDED) & Q(decided_by=None, decided_at=None, decided_by_rule=False),
                name="request_decided_by_somebody_or_by_rule",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.REFUSED) & ~Q(refusal_reason="")
                | ~Q(state=RequestState.REFUSED) & Q(refusal_reason=""),
                name="request_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=(Q(office_approved_by__isnull=True) | ~Q(office_approved_by=F("created_by")))
                & (
                    Q(decided_by__isnull=True) | ~Q(decided_by=F("created_by")) & ~Q(decided_by=F("office_approved_by"))
                ),
                name="request_seen_by_different_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ANSWER_RUNS, clock_started_on__isnull=False)
                | ~Q(state__in=ANSWER_RUNS) & Q(clock_started_on__isnull=True, due_on__isnull=True),
                name="request_clock_runs_for_the_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def questions(self) -> list[str]:
        """What may be asked, in words."""
        return [self.service.title_of(name) for name in self.scope]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_REQUESTS

    @property
    def scope(self) -> list[str]:
        """Return the claims or fields asked for."""
        return [*self.claims, *self.fields]

    def stop_clock(self) -> None:
        super().stop_clock()
        self.precheck_due_on = None
