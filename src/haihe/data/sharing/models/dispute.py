import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.models.grant import Grant
from haihe.data.sharing.models.request import SharingRequest
from haihe.data.sharing.models.service import Service
from haihe.data.sharing.workflow import CLOCKS, ClockName
from haihe.data.sharing.workflow_closing import OPEN_DISPUTES, DisputeState
from haihe.kernel.clocks import due_after


class DisputeAbout(models.TextChoices):
    """What a dispute is about."""

    REFUSAL = "REFUSAL", _("不同意共享")
    CONDITION = "CONDITION", _("共享条件或者范围")
    SUSPENSION = "SUSPENSION", _("暂停授权")
    QUALITY = "QUALITY", _("数据质量或者服务质量")
    USE = "USE", _("数据使用方式")


class DisputeOutcome(models.TextChoices):
    """How a dispute ended."""

    UPHELD = "UPHELD", _("支持提出方")
    PARTLY = "PARTLY", _("部分支持提出方")
    REJECTED = "REJECTED", _("不支持提出方")


class Decider(models.TextChoices):
    """Who decides what mediation doesn't settle (art. 28)."""

    SAME_LEVEL = "SAME_LEVEL", _("本级人民政府")
    COMMON_SUPERIOR = "COMMON_SUPERIOR", _("共同的上级")


class Dispute(models.Model):
    """A dispute about sharing (art. 28): settled between the two, or by mediation, or decided above them.

    About exactly one refused request or one grant. `opener` is the department that opened it, one of the two. The
    clock is the mediation's. `document` names the government's decision. A settled or decided one that gave the opener
    right lets a refused request be made anew (`SharingRequest.after_dispute`) and a suspended grant go on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    token = models.UUIDField(unique=True)
    request = models.ForeignKey(
        SharingRequest, on_delete=models.PROTECT, related_name="disputes", null=True, blank=True
    )
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="disputes", null=True, blank=True)
    about = models.CharField(max_length=16, choices=DisputeAbout)
    applicant = models.CharField(max_length=12, db_index=True)
    owner = models.CharField(max_length=12, db_index=True)
    opener = models.CharField(max_length=12)
    statement = models.TextField(max_length=1000)
    wish = models.TextField(max_length=1000)
    opened_by = models.UUIDField()
    opened_name = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    decider = models.CharField(max_length=16, choices=Decider)
    state = models.CharField(max_length=16, choices=DisputeState, default=DisputeState.NEGOTIATING)
    clock_days = models.PositiveSmallIntegerField(default=0)
    clock_started_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=DisputeOutcome, blank=True)
    document = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "number"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "due_on"], name="dispute_by_clock")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=DisputeState.values), name="dispute_state_known"),
            models.CheckConstraint(
                condition=Q(request__isnull=False, grant__isnull=True) | Q(request__isnull=True, grant__isnull=False),
                name="dispute_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(opener=F("applicant")) | Q(opener=F("owner")), name="dispute_between_the_two"
            ),
            models.CheckConstraint(condition=~Q(statement="") & ~Q(wish=""), name="dispute_says_what"),
            models.CheckConstraint(
                condition=Q(state=DisputeState.MEDIATING, clock_started_on__isnull=False)
                | ~Q(state=DisputeState.MEDIATING) & Q(clock_started_on__isnull=True, due_on__isnull=True),
                name="dispute_clock_runs_in_mediation",
            ),
            models.CheckConstraint(
                condition=Q(clock_days__lte=CLOCKS[ClockName.MEDIATION].ceiling),
                name="dispute_clock_within_the_ceiling",
            ),
            models.CheckConstraint(
                condition=~Q(state=DisputeState.DECIDED) | ~Q(document="") & ~Q(outcome=""),
                name="dispute_decided_by_a_document",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_DISPUTES, closed_at__isnull=True, outcome="")
                | ~Q(state__in=OPEN_DISPUTES) & Q(closed_at__isnull=False),
                name="dispute_closes_once",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=OPEN_DISPUTES), name="dispute_one_open_per_request"
            ),
            models.UniqueConstraint(
                fields=["grant", "about"], condition=Q(state__in=OPEN_DISPUTES), name="dispute_one_open_per_grant"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def service(self) -> Service:
        """The service that it is about in the end."""
        thing = self.request or self.grant
        assert thing is not None  # noqa: S101 - a constraint holds it
        return thing.service

    @property
    def other_side(self) -> str:
        return self.owner if self.opener == self.applicant else self.applicant

    @property
    def gave_right(self) -> bool:
        """True if its end gave the opener right, in part at least; settled between the two, the opener says so."""
        return self.outcome in {DisputeOutcome.UPHELD, DisputeOutcome.PARTLY}

    def start_clock(self, today: date, working_days: int) -> None:
        self.clock_started_on, self.clock_days = today, working_days
        self.due_on = due_after(today, working_days)

    def stop_clock(self) -> None:
        self.clock_started_on = self.due_on = None
