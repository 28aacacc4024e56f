"""What is shown to the public before it is decided, and what people say against it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from haihe.platforms.services.models.case import Case


class PublicNotice(models.Model):
    """A case under public notice (公示), once for each time that its process comes to the step.

    Everybody sees it until `ends_at` or `ended_at`, and nothing personal of it after that.
    """

    number = models.CharField(max_length=24, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="public_notices")
    step = models.PositiveIntegerField()
    organisation = models.CharField(max_length=12)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-begins_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["-begins_at", "-id"], condition=Q(ended_at__isnull=True), name="public_notice_running"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "step"], name="public_notice_once_per_step"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="public_notice_one_running"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="public_notice_lasts"),
        ]

    def __str__(self) -> str:
        return self.number


class ObjectionChannel(models.TextChoices):
    """How an objection came in."""

    PAGE = "PAGE", _("公示页面")
    WINDOW = "WINDOW", _("窗口登记")


class NoticeObjection(models.Model):
    """What somebody says against a case under notice; who examines it answers, and whoever holds `key` reads that.

    `sealed` holds the text, the name and how to reach them, under the context `notice-objection:<key>`.
    `address_key` is a keyed hash of where it came from, so that nobody sends them without end.
    """

    key = models.UUIDField(unique=True)
    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="objections")
    channel = models.CharField(max_length=8, choices=ObjectionChannel)
    sealed = models.BinaryField()
    address_key = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_name = models.CharField(max_length=64, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["address_key", "made_at"], name="notice_objection_by_address"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(channel__in=ObjectionChannel.values), name="notice_objection_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="notice_objection_answered_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.made_at:%Y-%m-%d}"
