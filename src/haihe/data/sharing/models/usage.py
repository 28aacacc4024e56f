from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.models.grant import Grant

RETENTION_FLOOR_MONTHS: Final = 36
LONGEST_RETENTION_MONTHS: Final = 1200
RETENTION_CLAUSE: Final = "政务数据共享条例 第29条"
"""政务数据共享条例 art. 29: records of use are kept for at least three years."""


class Destruction(models.TextChoices):
    """What became of what a department took over from the answers."""

    NOTHING_KEPT = "NOTHING_KEPT", _("未留存数据")
    KEPT = "KEPT", _("留存中")
    DESTROYED = "DESTROYED", _("已销毁")


class UsageRecord(models.Model):
    """What was done under one grant in one month (art. 29). `month` is its first day, in the city's time.

    Figures come from the ledger and only grow; `answers` counts persons, `calls` requests that were answered; `other`
    are answers that are called otherwise. What the ledger can't know (process, storage, destruction) is the user
    department's to write. A trigger keeps each row as long as the law and `UsageRetention` say.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="usage")
    month = models.DateField()
    calls = models.PositiveBigIntegerField(default=0)
    matched = models.PositiveBigIntegerField(default=0)
    not_matched = models.PositiveBigIntegerField(default=0)
    found = models.PositiveBigIntegerField(default=0)
    not_found = models.PositiveBigIntegerField(default=0)
    unknown = models.PositiveBigIntegerField(default=0)
    other = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    cases = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    process = models.TextField(max_length=1000, blank=True)
    storage = models.TextField(max_length=1000, blank=True)
    destruction = models.CharField(max_length=16, choices=Destruction, blank=True)
    destruction_note = models.CharField(max_length=500, blank=True)
    noted_by = models.UUIDField(null=True, blank=True)
    noted_name = models.CharField(max_length=64, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-month", "grant"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["grant", "month"], name="usage_record_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="usage_record_of_a_month"),
            models.CheckConstraint(condition=Q(first_at__lte=models.F("last_at")), name="usage_record_in_order"),
            models.CheckConstraint(
                condition=Q(process="", storage="", destruction="", noted_at__isnull=True)
                | ~Q(process="") & ~Q(storage="") & ~Q(destruction="") & Q(noted_at__isnull=False),
                name="usage_record_noted_whole",
            ),
            models.CheckConstraint(
                condition=~Q(destruction=Destruction.DESTROYED) | ~Q(destruction_note=""),
                name="usage_record_says_how_destroyed",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["month"], name="usage_record_by_month")]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.month:%Y-%m}"

    @property
    def answers(self) -> int:
        return self.matched + self.not_matched + self.found + self.not_found + self.unknown + self.other


class UsageCase(models.Model):
    """That a case was counted among a grant's of a month; the case's number as a hash, as it is only compared."""

    pk = models.CompositePrimaryKey("grant", "month", "key")
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    key = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.grant_id} {self.month:%Y-%m} {self.key}"


class UsageMark(models.Model):
    """How far usage records have been written: every record of the ledger up to this seq is in them. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(id=1), name="usage_mark_is_one"),
        ]

    def __str__(self) -> str:
        return str(self.seq)


class UsageRetention(models.Model):
    """How long usage records are kept: the law's three years or longer. Rows only come; the newest counts."""

    months = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    set_by = models.UUIDField()
    set_name = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(months__gte=RETENTION_FLOOR_MONTHS, months__lte=LONGEST_RETENTION_MONTHS),
                name="usage_retention_within_the_law",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="usage_retention_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.months}"
