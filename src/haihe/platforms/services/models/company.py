"""Companies that cases register and strike off."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.platforms.services.models.case import Case


class Company(models.Model):
    """A company that a case registers here: its name is kept for it from the check until the case ends.

    `closed_by` is the case that struck it off again.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="company")
    name = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18, unique=True)
    division = models.CharField(max_length=12, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name"], condition=Q(closed_at=None), name="company_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_code} {self.name}"
