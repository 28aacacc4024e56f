"""Developers: persons of society, or bodies for which one acts, and how much is asked with each of their keys."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import HistoryEvent
from haihe.data.open.models.usage import AccessKey


class DeveloperKind(models.TextChoices):
    """For whom somebody uses open data."""

    PERSON = "PERSON", _("个人")
    ORGANISATION = "ORGANISATION", _("单位")


class UseKind(models.TextChoices):
    """What for."""

    RESEARCH = "RESEARCH", _("科学研究")
    PRODUCT = "PRODUCT", _("产品和服务")
    PUBLIC_GOOD = "PUBLIC_GOOD", _("公益")
    TEACHING = "TEACHING", _("教学和竞赛")
    JOURNALISM = "JOURNALISM", _("新闻报道")
    OTHER = "OTHER", _("其他")


class Developer(models.Model):
    """Somebody who told what they will use the data for, and so may have keys. One for each person who signs in.

    An organisation is named with its credit code by the person who acts for it, and answers for that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.UUIDField(unique=True)
    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=DeveloperKind)
    organisation = models.CharField(max_length=100, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    use = models.CharField(max_length=16, choices=UseKind)
    purpose = models.CharField(max_length=500)
    registered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-registered_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=DeveloperKind.values), name="developer_kind_known"),
            models.CheckConstraint(condition=Q(use__in=UseKind.values), name="developer_use_known"),
            models.CheckConstraint(condition=~Q(purpose=""), name="developer_says_what_for"),
            models.CheckConstraint(
                condition=Q(kind=DeveloperKind.PERSON, organisation="", credit_code="")
                | Q(kind=DeveloperKind.ORGANISATION) & ~Q(organisation="") & ~Q(credit_code=""),
                name="developer_names_the_body",
            ),
        ]

    def __str__(self) -> str:
        return self.holder

    @property
    def holder(self) -> str:
        """In whose name keys are held and applications made."""
        return self.organisation or self.name


class DeveloperEvent(HistoryEvent):
    """One line of a developer's history: registered, keys made, renewed, changed and ended. Only grows."""

    developer = models.ForeignKey(Developer, on_delete=models.PROTECT, related_name="events")


class KeyUsage(models.Model):
    """How many answers one key got on one day of the city's time; written by openreads."""

    key = models.ForeignKey(AccessKey, on_delete=models.CASCADE, related_name="usage")
    day = models.DateField()
    count = models.BigIntegerField()

    class Meta:
        db_table = "open_data_key_usage"
        ordering: ClassVar[list[str]] = ["-day"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "day"], name="open_data_key_usage_once"),
            models.CheckConstraint(condition=Q(count__gte=0), name="open_data_key_usage_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.day} {self.count}"
