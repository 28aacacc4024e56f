"""What departments let a hall decide at its counters, and what changed about halls."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.base.history.api import HistoryEvent
from haihe.platforms.services.window.models.halls import Hall


class EntrustedAcceptance(models.Model):
    """A department lets the clerks of a body that runs halls accept its applications at the counter (综窗受理).

    Of one item, or of all where `item_slug` is empty. Examination and decision stay the department's.
    """

    authority = models.CharField(max_length=12)
    item_slug = models.SlugField(max_length=64, blank=True)
    organisation = models.CharField(max_length=12)
    basis = models.CharField(max_length=200)
    given_by = models.UUIDField()
    given_name = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_name = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["authority", "item_slug", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["authority", "organisation"], condition=Q(ended_at__isnull=True), name="entrusted_in_force"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["authority", "item_slug", "organisation"],
                condition=Q(ended_at__isnull=True),
                name="entrusted_once",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="entrusted_on_a_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.item_slug or '*'} → {self.organisation}"


class HallEvent(HistoryEvent):
    """One change of a hall or its counters."""

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="events")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
