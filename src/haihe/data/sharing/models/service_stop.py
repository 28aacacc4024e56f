import uuid
from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from haihe.data.sharing.models.service import Service
from haihe.data.sharing.workflow import CLOCKS, ClockName
from haihe.data.sharing.workflow_closing import OPEN_STOPS, StopState
from haihe.kernel.clocks import due_after

_OFF = (StopState.TO_FILE, StopState.STOPPED, StopState.TO_RESTORE)


class ServiceStop(models.Model):
    """A provider's stop of a service (art. 27): for a due reason, talked over with its users, filed with the authority.

    What users replied stands in the history. An emergency stop comes first and is filed within the clock. `users` are
    the departments that held a grant when it was opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    token = models.UUIDField(unique=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="stops")
    owner = models.CharField(max_length=12, db_index=True)
    users = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    reason = models.TextField(max_length=1000)
    planned_on = models.DateField()
    is_emergency = models.BooleanField(default=False)
    opened_by = models.UUIDField()
    opened_name = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=StopState, default=StopState.CONSULTING)
    filed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    clock_days = models.PositiveSmallIntegerField(default=0)
    clock_started_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "number"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "due_on"], name="service_stop_by_clock")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=StopState.values), name="service_stop_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="service_stop_with_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=_OFF) | Q(stopped_at__isnull=False), name="service_stop_says_since_when"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(StopState.FILED, StopState.CONSENTED, StopState.STOPPED), filed_at__isnull=False)
                | ~Q(state__in=(StopState.FILED, StopState.CONSENTED, StopState.STOPPED)),
                name="service_stop_is_filed",
            ),
            models.CheckConstraint(
                condition=Q(state=StopState.TO_FILE, clock_started_on__isnull=False)
                | ~Q(state=StopState.TO_FILE) & Q(clock_started_on__isnull=True, due_on__isnull=True),
                name="service_stop_clock_runs_until_filed",
            ),
            models.CheckConstraint(
                condition=Q(clock_days__lte=CLOCKS[ClockName.STOP_FILING].ceiling),
                name="service_stop_clock_within_the_ceiling",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STOPS, closed_at__isnull=True)
                | ~Q(state__in=OPEN_STOPS) & Q(closed_at__isnull=False),
                name="service_stop_closes_once",
            ),
            models.UniqueConstraint(
                fields=["service"], condition=Q(state__in=OPEN_STOPS), name="service_stop_one_open_per_service"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_off(self) -> bool:
        """True while this stop keeps the service from answering."""
        return self.state in _OFF

    def start_clock(self, today: date, working_days: int) -> None:
        self.clock_started_on, self.clock_days = today, working_days
        self.due_on = due_after(today, working_days)

    def stop_clock(self) -> None:
        self.clock_started_on = self.due_on = None
