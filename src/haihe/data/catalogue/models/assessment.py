"""What was assessed before an entry was handed in (art. 13)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.data.catalogue.models.choices import AssessmentKind, Conclusion
from haihe.data.catalogue.models.resource import Resource


class Assessment(models.Model):
    """One assessment of an entry: by whom, when, and how it ended; measures are told where it needs them."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="assessments")
    kind = models.CharField(max_length=24, choices=AssessmentKind)
    assessor = models.CharField(max_length=64)
    assessed_on = models.DateField()
    conclusion = models.CharField(max_length=16, choices=Conclusion)
    measures = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-kind"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "kind"], name="assessment_once_per_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=AssessmentKind.values, conclusion__in=Conclusion.values),
                name="assessment_known",
            ),
            models.CheckConstraint(
                condition=~Q(conclusion=Conclusion.WITH_MEASURES) | ~Q(measures=""), name="assessment_says_its_measures"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.kind}"
