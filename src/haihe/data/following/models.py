"""Follows, what happened, who is told of it, and webhooks with the log of what was sent to them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FollowKind(models.TextChoices):
    """What can be followed."""

    DATASET = "DATASET", _("数据集")
    TOPIC = "TOPIC", _("主题")
    DEPARTMENT = "DEPARTMENT", _("部门")
    SEARCH = "SEARCH", _("查找条件")
    REQUEST = "REQUEST", _("数据需求")


class Pace(models.TextChoices):
    """How soon somebody is told by inbox and mail. Webhooks and feeds have everything at once."""

    AT_ONCE = "AT_ONCE", _("随时")
    DAILY = "DAILY", _("每天一次")
    WEEKLY = "WEEKLY", _("每周一次")


class Follow(models.Model):
    """That a person follows something. `target`: slug, topic, department, query of a search, number of a request."""

    user = models.UUIDField()
    kind = models.CharField(max_length=12, choices=FollowKind)
    target = models.CharField(max_length=300)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.AT_ONCE)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "-made_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "kind", "target"], name="follow_once"),
            models.CheckConstraint(condition=Q(kind__in=FollowKind.values), name="follow_kind_known"),
            models.CheckConstraint(condition=Q(pace__in=Pace.values), name="follow_pace_known"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "target"], name="follow_by_target")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


class Happening(models.Model):
    """One thing that happened, told once however often it is heard of. `name` is what (telling.py has the words)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=40)
    dataset = models.CharField(max_length=80, blank=True)
    request = models.CharField(max_length=24, blank=True)
    title = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=12, blank=True)
    topic = models.CharField(max_length=32, blank=True)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="happening_by_age")]

    def __str__(self) -> str:
        return f"{self.name} {self.title}"


class Telling(models.Model):
    """That one person is to hear of a happening, once. `told_at` None: it waits for their digest."""

    happening = models.ForeignKey(Happening, on_delete=models.CASCADE, related_name="tellings")
    user = models.UUIDField()
    pace = models.CharField(max_length=8, choices=Pace)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "happening"], name="telling_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-made_at"], name="telling_by_person"),
            models.Index(fields=["pace", "user"], condition=Q(told_at__isnull=True), name="telling_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.happening_id}"


class FeedAddress(models.Model):
    """A person's feed; `serial` stands in its secret address, so that a new one ends the old one."""

    user = models.UUIDField(primary_key=True)
    serial = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user} {self.serial}"


class Webhook(models.Model):
    """An address of a program that hears of a person's follows. The secret is sealed: `webhook:<id>`.

    `stopped_at`: it is sent nothing, by its owner's hand or because it gave no answer for days (`stopped_why`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.UUIDField(db_index=True)
    url = models.CharField(max_length=500)
    sealed_secret = models.BinaryField()
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_why = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "WAITING", _("待推送")
    SENT = "SENT", _("已送达")
    DEAD = "DEAD", _("未送达")


class WebhookDelivery(models.Model):
    """One happening on its way to one address; its id is `webhook-id`, the same at each try. None: a test."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    happening = models.ForeignKey(Happening, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["webhook", "happening"], condition=Q(happening__isnull=False), name="webhook_delivery_once"
            ),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="webhook_delivery_state_known"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_try_at"], condition=Q(state="WAITING"), name="webhook_delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.state}"
