"""Who takes a clerk's or approver's work while they are away."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Absence(models.Model):
    """One officer is away from a body for some days, and a colleague takes their steps. Days count whole."""

    organisation = models.CharField(max_length=12)
    person = models.UUIDField()
    person_name = models.CharField(max_length=64)
    deputy = models.UUIDField()
    deputy_name = models.CharField(max_length=64)
    from_day = models.DateField()
    until_day = models.DateField()
    said_by = models.UUIDField()
    said_name = models.CharField(max_length=64)
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["deputy", "until_day"], condition=Q(ended_at=None), name="absence_by_deputy"),
            models.Index(fields=["organisation", "until_day"], condition=Q(ended_at=None), name="absence_by_desk"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(until_day__gte=F("from_day")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="absence_deputy_is_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.person_name} {self.from_day:%Y-%m-%d} {self.until_day:%Y-%m-%d}"
