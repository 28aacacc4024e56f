"""What an applicant was asked to put right, and the versions of what they said."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from haihe.platforms.services.models.case import Case


class Supplement(models.Model):
    """All that is missing, told once (行政许可法 第32条). `fields` are those of the form that may be put right, and no
    others; without any, it is papers that are brought.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="supplement")
    fields = ArrayField(models.CharField(max_length=48), default=list)
    note = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_name = models.CharField(max_length=64)
    handed_in_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.case_id} {' '.join(self.fields)}"


class FormVersion(models.Model):
    """What a form said until it was put right: sealed as the case's own is. The newest version is the case's."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="form_versions")
    number = models.PositiveSmallIntegerField()
    sealed_form = models.BinaryField()
    changed = ArrayField(models.CharField(max_length=48), default=list)
    superseded_at = models.DateTimeField()
    superseded_by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "number"], name="form_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="form_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"
