from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.data.sharing.models.correction import Correction


class DataArrival(models.Model):
    """That new data of a resource came into use: `as_of` is when it was true at the source."""

    snapshot = models.CharField(max_length=64, unique=True)
    resource = models.CharField(max_length=64)
    as_of = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-as_of"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["resource", "-as_of"], name="data_arrival_by_resource"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.as_of:%Y-%m-%d %H:%M}"


class CorrectedData(models.Model):
    """With which data a correction came into use, and so since when consumers can fetch the right value.

    `said_by` and `said_name` are the owner's, where it said so itself; else the data was true after the correction.
    """

    correction = models.OneToOneField(Correction, on_delete=models.PROTECT, related_name="data")
    arrival = models.ForeignKey(DataArrival, on_delete=models.PROTECT, related_name="+")
    in_use_at = models.DateTimeField()
    said_by = models.UUIDField(null=True, blank=True)
    said_name = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.correction} {self.arrival}"


class CorrectionNotice(models.Model):
    """That a consumer was told of a correction: it had got answers about this person from the wrong data.

    One for each of its services and cases. `evidence` is that of the last of `answers` answers from before, given at
    `answered_at`. A later answer to the same consumer and service, from the new data, closes it (`fetched_…`).
    """

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="notices")
    consumer = models.CharField(max_length=12)
    service = models.CharField(max_length=64)
    case = models.CharField(max_length=64, blank=True)
    scope = models.JSONField(default=list)
    evidence = models.UUIDField()
    answers = models.PositiveIntegerField()
    answered_at = models.DateTimeField()
    told_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    fetched_evidence = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["consumer", "id"], name="correction_notice_by_consumer"),
            models.Index(fields=["id"], condition=Q(fetched_at__isnull=True), name="correction_notice_open"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["correction", "consumer", "service", "case"], name="correction_notice_once_per_use"
            ),
            models.CheckConstraint(condition=Q(answers__gte=1), name="correction_notice_of_an_answer"),
            models.CheckConstraint(
                condition=Q(fetched_at__isnull=True, fetched_evidence__isnull=True)
                | Q(fetched_at__isnull=False, fetched_evidence__isnull=False),
                name="correction_notice_fetched_with_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.correction}: {self.consumer} {self.service}"
