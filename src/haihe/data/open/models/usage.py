"""Who may call the interfaces, and how much datasets are used."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.data.open.models.dataset import Dataset


class AccessKey(models.Model):
    """A developer's key, as its hash alone; `hint` is how the key begins, for its holder to tell it from others.

    `owner` is the user who holds it. `datasets` are slugs of conditional ones that its holder lets it open: it opens
    them as far as, and as long as, a grant says. None: open ones alone. `replaced_at`: a newer key took over, this one
    serves until its early end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key_hash = models.BinaryField(unique=True)
    name = models.CharField(max_length=60, blank=True, default="", db_default="")
    hint = models.CharField(max_length=12, blank=True, default="", db_default="")
    holder = models.CharField(max_length=100)
    owner = models.UUIDField(null=True, blank=True, db_index=True)
    quota_per_day = models.PositiveIntegerField()
    valid_until = models.DateTimeField()
    datasets = ArrayField(models.CharField(max_length=80), null=True, blank=True)
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return self.holder

    def serves(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.valid_until


class UsageKind(models.TextChoices):
    """In what way a dataset was used."""

    VIEW = "VIEW", _("访问")
    CALL = "CALL", _("调用")
    DOWNLOAD = "DOWNLOAD", _("下载")


class DatasetUsage(models.Model):
    """How often a dataset was used in one way on one day of the city's time; `dataset` is its slug."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, to_field="slug", db_column="dataset")
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=UsageKind)
    count = models.BigIntegerField()

    class Meta:
        db_table = "open_data_usage"
        ordering: ClassVar[list[str]] = ["day", "kind"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dataset", "day", "kind"], name="open_data_usage_once"),
            models.CheckConstraint(condition=Q(kind__in=UsageKind.values), name="open_data_usage_kind_known"),
            models.CheckConstraint(condition=Q(count__gte=0), name="open_data_usage_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.day} {self.kind} {self.count}"
