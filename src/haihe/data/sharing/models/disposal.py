import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.models.grant import Grant
from haihe.data.sharing.workflow import CLOCKS, ClockName
from haihe.data.sharing.workflow_closing import DisposalState
from haihe.kernel.clocks import due_after


class DisposalMethod(models.TextChoices):
    """How data was disposed of."""

    DELETED = "DELETED", _("删除")
    DESTROYED = "DESTROYED", _("销毁载体")
    RETURNED = "RETURNED", _("退回提供部门")
    ARCHIVED = "ARCHIVED", _("依法归档")


class Disposal(models.Model):
    """What becomes of the data that a user holds when its grant has ended (art. 27): how, when, what, and who agreed.

    A grant of verification leaves nothing to dispose of but answers in its own cases' records: it has none of this.
    `instructions` is how the owner asks for it. The clock is the user's; it rests while the owner looks at the report.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="disposal")
    state = models.CharField(max_length=16, choices=DisposalState, default=DisposalState.DUE)
    instructions = models.TextField(max_length=1000, blank=True)
    opened_at = models.DateTimeField()
    clock_started_on = models.DateField()
    clock_days = models.PositiveSmallIntegerField()
    due_on = models.DateField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    method = models.CharField(max_length=16, choices=DisposalMethod, blank=True)
    disposed_on = models.DateField(null=True, blank=True)
    what = models.TextField(max_length=1000, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "due_on"], name="disposal_by_clock")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=DisposalState.values), name="disposal_state_known"),
            models.CheckConstraint(
                condition=Q(clock_days__gte=1, clock_days__lte=CLOCKS[ClockName.DISPOSAL].ceiling),
                name="disposal_clock_within_the_ceiling",
            ),
            models.CheckConstraint(
                condition=Q(state=DisposalState.DUE)
                | ~Q(method="") & ~Q(what="") & Q(disposed_on__isnull=False, reported_at__isnull=False),
                name="disposal_says_how_when_and_what",
            ),
            models.CheckConstraint(
                condition=Q(state=DisposalState.DONE, closed_at__isnull=False)
                | ~Q(state=DisposalState.DONE) & Q(closed_at__isnull=True),
                name="disposal_closes_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant} {self.state}"

    @property
    def organisation(self) -> str:
        """Whose duty it is."""
        return self.grant.organisation

    @property
    def owner(self) -> str:
        return self.grant.owner

    def start_clock(self, today: date, working_days: int) -> None:
        self.clock_started_on, self.clock_days = today, working_days
        self.due_on = due_after(today, working_days)
