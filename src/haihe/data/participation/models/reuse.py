"""Reuses: what people made of open data, who vouches for it, and what is broken."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.data.participation.models.association import Association
from haihe.data.participation.workflow import ReuseState


class ReuseKind(models.TextChoices):
    """What sort of thing was made."""

    APP = "APP", _("手机应用")
    WEBSITE = "WEBSITE", _("网站")
    SERVICE = "SERVICE", _("接口服务")
    ANALYSIS = "ANALYSIS", _("分析报告")
    RESEARCH = "RESEARCH", _("学术研究")
    MEDIA = "MEDIA", _("新闻报道")


class Reuse(models.Model):
    """Something made of open data. `address` is https and never fetched here; `datasets` are slugs.

    `author_name` is what everybody reads: a team's name, or the masked name of a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=60)
    words = models.TextField(max_length=2000)
    address = models.CharField(max_length=300)
    kind = models.CharField(max_length=16, choices=ReuseKind)
    datasets = ArrayField(models.CharField(max_length=80), size=20)
    author = models.UUIDField(db_index=True)
    author_name = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=ReuseState, default=ReuseState.SUBMITTED)
    submitted_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-submitted_at", "title"]
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["datasets"], name="reuse_of_dataset")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=ReuseState.values), name="reuse_state_known"),
            models.CheckConstraint(condition=Q(kind__in=ReuseKind.values), name="reuse_kind_known"),
            models.CheckConstraint(condition=Q(address__startswith="https://"), name="reuse_address_is_https"),
            models.CheckConstraint(condition=~Q(datasets=[]), name="reuse_names_its_data"),
        ]

    def __str__(self) -> str:
        return self.title


class ReusePicture(models.Model):
    """A reuse's picture, drawn anew by us (JPEG): nothing that was uploaded is served as it came."""

    reuse = models.OneToOneField(Reuse, on_delete=models.CASCADE, related_name="picture")
    data = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reuse_id} {self.width}×{self.height}"


class Vouching(models.Model):
    """An association says in its name that a reuse is sound; it may take that back with a reason."""

    reuse = models.ForeignKey(Reuse, on_delete=models.CASCADE, related_name="vouchings")
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="vouchings")
    statement = models.CharField(max_length=500)
    vouched_on = models.DateField()
    clerk = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-vouched_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["reuse", "association"], condition=Q(ended_at__isnull=True), name="vouching_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""), name="vouching_end_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.association_id} {self.reuse_id}"


class BrokenReport(models.Model):
    """Somebody says that a reuse can't be opened any more, or isn't what it says."""

    reuse = models.ForeignKey(Reuse, on_delete=models.CASCADE, related_name="broken_reports")
    reporter = models.UUIDField()
    words = models.CharField(max_length=500)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["reuse", "reporter"], condition=Q(closed_at__isnull=True), name="broken_report_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reuse_id} {self.at:%Y-%m-%d}"
