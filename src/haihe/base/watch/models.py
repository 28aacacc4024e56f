"""Alerts, what happened to each, and where the operator set other limits."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from haihe.base.history.api import HistoryEvent
from haihe.base.watch.workflow import AlertState


class Alert(models.Model):
    """One thing out of bounds, from when it was noticed until it was well again. `streak` are minutes of calm on end.

    `subject` is what the rule measured (a service, a register), `title` how people call it, `path` where to look.
    """

    rule = models.CharField(max_length=32)
    subject = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=100, blank=True)
    owner = models.CharField(max_length=12, blank=True, db_index=True)
    path = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=16, choices=AlertState, default=AlertState.OPEN)
    value = models.FloatField()
    worst = models.FloatField()
    streak = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["-closed_at"], name="alert_by_end")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=AlertState.values), name="alert_state_known"),
            models.CheckConstraint(
                condition=Q(state=AlertState.CLOSED, closed_at__isnull=False)
                | ~Q(state=AlertState.CLOSED) & Q(closed_at__isnull=True),
                name="alert_closed_when_closed",
            ),
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=~Q(state=AlertState.CLOSED), name="alert_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state != AlertState.CLOSED


class AlertEvent(HistoryEvent):
    """One line of an alert's history."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="events")


class Standing(models.Model):
    """Something that has been out of bounds for `streak` minutes on end, not long enough for an alert yet."""

    rule = models.CharField(max_length=32)
    subject = models.CharField(max_length=64, blank=True)
    streak = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rule", "subject"], name="standing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}: {self.streak}"


class AlertSetting(models.Model):
    """Other limits for a rule than it comes with, set by the data centre. Rows only come; the newest counts."""

    rule = models.CharField(max_length=32)
    opens = models.FloatField()
    closes = models.FloatField()
    minutes = models.PositiveSmallIntegerField()
    enabled = models.BooleanField(default=True)
    reason = models.CharField(max_length=500)
    set_by = models.UUIDField()
    set_name = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["rule", "-id"], name="alert_setting_newest")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(closes__lte=F("opens"), closes__gt=0), name="alert_setting_no_flapping"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 60)), name="alert_setting_minutes"),
            models.CheckConstraint(condition=~Q(reason=""), name="alert_setting_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.opens}/{self.closes} {self.minutes} min"
