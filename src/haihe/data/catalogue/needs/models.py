"""Papers of service items, what proves them, and demands for what isn't registered yet.

Items, services and claims are named rather than pointed at: they belong to storeys above.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import HistoryEvent


class PaperKind(models.TextChoices):
    """What an applicant does with it."""

    HAND_IN = "HAND_IN", _("提交")
    SHOW = "SHOW", _("只需出示")


class DemandState(models.TextChoices):
    """Where a demand stands."""

    OPEN = "OPEN", _("待答复")
    ANSWERED = "ANSWERED", _("已答复")


class Needs(models.Model):
    """The papers of one item. `is_declared` where the item itself declares them and people only map them."""

    code = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=100)
    organisation = models.CharField(max_length=12, db_index=True)
    is_declared = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]{1,63}$"), name="needs_code_form"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Paper(models.Model):
    """One paper. `asks` is what must be known; `resource`, `service` and `scope` (claims or fields) what proves it.

    Who confirmed that, and when, stands beside it; nobody did where the item declares it.
    """

    needs = models.ForeignKey(Needs, on_delete=models.CASCADE, related_name="papers")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=100)
    asks = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=PaperKind, default=PaperKind.HAND_IN)
    resource = models.CharField(max_length=64, blank=True)
    service = models.CharField(max_length=64, blank=True)
    scope = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    purpose = models.CharField(max_length=64, blank=True)
    is_declared = models.BooleanField(default=False)
    confirmed_by = models.UUIDField(null=True, blank=True)
    confirmed_name = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["needs", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["needs", "code"], name="paper_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]{0,63}$"), name="paper_code_form"),
            models.CheckConstraint(condition=Q(service="") | ~Q(resource=""), name="paper_service_of_a_resource"),
            models.CheckConstraint(
                condition=Q(service="", scope__len=0) | ~Q(service="") & Q(scope__len__gte=1),
                name="paper_service_with_a_scope",
            ),
            models.CheckConstraint(
                condition=Q(resource="", confirmed_at__isnull=True, is_declared=False)
                | ~Q(resource="") & Q(is_declared=True, confirmed_at__isnull=True)
                | ~Q(resource="") & Q(is_declared=False, confirmed_at__isnull=False),
                name="paper_proof_declared_or_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.needs_id} {self.title}"


class Demand(models.Model):
    """A department's wish that another registers, publishes or shares what would prove a paper."""

    number = models.CharField(max_length=24, unique=True)
    paper = models.ForeignKey(Paper, null=True, on_delete=models.SET_NULL, related_name="demands")
    title = models.CharField(max_length=220)
    organisation = models.CharField(max_length=12, db_index=True)
    owner = models.CharField(max_length=12, db_index=True)
    words = models.CharField(max_length=1000)
    state = models.CharField(max_length=16, choices=DemandState, default=DemandState.OPEN)
    asked_by = models.UUIDField(null=True, blank=True)
    asked_name = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    resource = models.CharField(max_length=64, blank=True)
    answered_name = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["paper"], condition=Q(state=DemandState.OPEN), name="demand_one_open_per_paper"
            ),
            models.CheckConstraint(condition=~Q(organisation=models.F("owner")), name="demand_of_another"),
            models.CheckConstraint(
                condition=Q(state=DemandState.OPEN, answer="", answered_at__isnull=True)
                | Q(state=DemandState.ANSWERED, answered_at__isnull=False) & ~Q(answer=""),
                name="demand_answered_with_words",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class NeedsEvent(HistoryEvent):
    """One line of the history of an item's papers."""

    needs = models.ForeignKey(Needs, on_delete=models.PROTECT, related_name="events")
