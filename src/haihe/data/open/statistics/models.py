"""What each counter told, what the daily files said so far, and the files themselves."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from haihe.data.open.models import Dataset
from haihe.data.open.models.usage import UsageKind


class CountedUse(models.Model):
    """The sum that one counter told of a dataset, day and kind: a process of openreads, or the pages.

    Written in the same transaction as `DatasetUsage`, which is the sum over all counters.
    """

    counter = models.CharField(max_length=40)
    dataset = models.ForeignKey(
        Dataset, on_delete=models.PROTECT, to_field="slug", db_column="dataset", related_name="+"
    )
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=UsageKind)
    count = models.BigIntegerField()

    class Meta:
        db_table = "open_data_counted"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["counter", "dataset", "day", "kind"], name="open_data_counted_once"),
            models.CheckConstraint(condition=Q(kind__in=UsageKind.values), name="open_data_counted_kind_known"),
            models.CheckConstraint(condition=Q(count__gte=0), name="open_data_counted_counts"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["day"], name="open_data_counted_day")]

    def __str__(self) -> str:
        return f"{self.counter} {self.dataset_id} {self.day} {self.kind} {self.count}"


class CountedKeyUse(models.Model):
    """The sum that one counter told of a key and day; `KeyUsage` is the sum over all counters."""

    counter = models.CharField(max_length=40)
    key_id = models.UUIDField()
    day = models.DateField()
    count = models.BigIntegerField()

    class Meta:
        db_table = "open_data_key_counted"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["counter", "key_id", "day"], name="open_data_key_counted_once"),
            models.CheckConstraint(condition=Q(count__gte=0), name="open_data_key_counted_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.counter} {self.key_id} {self.day} {self.count}"


class SealedUse(models.Model):
    """What the daily files say by now of a dataset, day and kind: the day's own file with what later ones added."""

    dataset = models.CharField(max_length=80)
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=UsageKind)
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["day", "dataset", "kind"], name="sealed_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.day} {self.kind} {self.count}"


class DailyFigures(models.Model):
    """One day's file, byte for byte, with its SHA-256 and signature. `previous` is the digest of the file before."""

    day = models.DateField(primary_key=True)
    text = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64, unique=True)
    signature = models.CharField(max_length=128)
    public_key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-day"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(digest=F("previous")), name="daily_figures_chained"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.digest[:12]}"
