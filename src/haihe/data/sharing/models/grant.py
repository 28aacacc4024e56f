import uuid
from datetime import date, datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from haihe.data.catalogue.api import SharingForm
from haihe.data.sharing.models.request import SCOPE, USUAL_RATE, SharingRequest
from haihe.data.sharing.models.service import Service
from haihe.data.sharing.workflow import LIVE_GRANTS, UNDELIVERED, GrantState
from haihe.kernel.clocks import due_after

IN_FORCE = models.ExpressionWrapper(Q(state=GrantState.ACTIVE), output_field=models.BooleanField())
"""Lists show grants in force first; the index has them in this order."""


class Grant(models.Model):
    """What an approved request allows: the access rule, read by the gateway through the view `gateway_grant`.

    A trigger holds it to its request: approved, same parties, claims and fields within the request's. `suspended_by` is
    the part (OWNER_APPROVER or AUTHORITY) that suspended it; by `put_right_by` the user is to have put things right,
    and since `put_right_reported_at` says to have.

    Until the data flows (art. 22) the clock of the delivery runs: `clock_days` working days from `clock_started_on`.
    The term begins with the delivery. `handed_over_at` is when the owner says to have handed over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(SharingRequest, on_delete=models.PROTECT, related_name="grant")
    organisation = models.CharField(max_length=12, db_index=True)
    owner = models.CharField(max_length=12, db_index=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="grants")
    claims = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    fields = ArrayField(models.CharField(max_length=64), default=list, db_default=[], blank=True)
    purposes = ArrayField(models.CharField(max_length=64))
    item = models.CharField(max_length=64)
    legal_basis = models.CharField(max_length=500)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    quota_per_day = models.PositiveIntegerField()
    last_good_s = models.PositiveIntegerField(default=0, db_default=0)
    rate_per_s = models.PositiveIntegerField(default=USUAL_RATE, db_default=USUAL_RATE)
    state = models.CharField(max_length=16, choices=GrantState, default=GrantState.PREPARING)
    clock_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    clock_started_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.CharField(max_length=24, blank=True)
    put_right_by = models.DateField(null=True, blank=True)
    put_right_reported_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-valid_from"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(IN_FORCE.desc(), F("valid_from").desc(), name="grant_in_force_first"),
            models.Index(fields=["state", "due_on"], name="grant_by_clock"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=GrantState.values), name="grant_state_known"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="grant_valid_for_a_while"),
            models.CheckConstraint(condition=SCOPE & Q(purposes__len__gte=1), name="grant_gives_claims_or_fields"),
            models.CheckConstraint(condition=Q(quota_per_day__gte=1), name="grant_quota"),
            models.CheckConstraint(condition=Q(rate_per_s__gte=1), name="grant_rate"),
            models.CheckConstraint(
                condition=Q(state=GrantState.SUSPENDED) & ~Q(suspended_by="")
                | ~Q(state=GrantState.SUSPENDED) & Q(suspended_by="", put_right_by__isnull=True),
                name="grant_suspended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(GrantState.TERMINATED, GrantState.EXPIRED), ended_at__isnull=False)
                | Q(state__in=LIVE_GRANTS, ended_at__isnull=True),
                name="grant_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDELIVERED, clock_started_on__isnull=False)
                | ~Q(state__in=UNDELIVERED) & Q(clock_started_on__isnull=True, due_on__isnull=True),
                name="grant_clock_runs_until_delivered",
            ),
            models.CheckConstraint(
                condition=~Q(state=GrantState.RECEIVING) | Q(handed_over_at__isnull=False), name="grant_handed_over"
            ),
            # The gateway is shown an expired grant as one whose time is over, so its time must be.
            models.CheckConstraint(
                condition=~Q(state=GrantState.EXPIRED) | Q(ended_at__gte=F("valid_until")), name="grant_expires_in_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.service_id} {self.state}"

    @property
    def scope(self) -> list[str]:
        """Return the claims or fields given."""
        return [*self.claims, *self.fields]

    @property
    def questions(self) -> list[str]:
        """What may be asked, in words."""
        return [self.service.title_of(name) for name in self.scope]

    @property
    def is_served(self) -> bool:
        """True where the gateway answers; batches and files are handed over by the owner."""
        return self.request.form == SharingForm.SERVICE

    @property
    def follows_until(self) -> datetime | None:
        """Return until when the grant runs that this one renews; None where it renews none."""
        before = self.request.renews
        return before.valid_until if before and before.state == GrantState.ACTIVE else None

    @property
    def leaves_data(self) -> bool:
        """True if its user may hold data of it: fields that were read, batches, files. A verified answer is none."""
        return bool(self.fields) or not self.is_served

    def start_clock(self, today: date, working_days: int) -> None:
        self.clock_started_on, self.clock_days = today, working_days
        self.due_on = due_after(today, working_days)

    def stop_clock(self) -> None:
        self.clock_started_on = self.due_on = None

    def in_force(self, now: datetime) -> bool:
        return self.state == GrantState.ACTIVE and self.valid_from <= now < self.valid_until
