"""An event, and one delivery of it per handler."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class State(models.TextChoices):
    """Where a delivery stands; DEAD waits for a person."""

    WAITING = "WAITING", "待投递"
    DONE = "DONE", "已投递"
    DEAD = "DEAD", "已停投"


class Event(models.Model):
    """What was announced, written in the announcer's transaction."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField(max_length=100)
    payload = models.JSONField()
    announced_at = models.DateTimeField(auto_now_add=True)
    trace = models.CharField(max_length=55, default="", db_default="", blank=True)
    """The W3C traceparent of what announced it, where that was traced."""

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["announced_at"], name="event_announced")]

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"


class Delivery(models.Model):
    """One handler's share of an event; the message fabric is a handler too."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(auto_now_add=True)
    last_error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "handler"], name="delivery_once_per_handler"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_known"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="WAITING"), name="delivery_waiting"),
            models.Index(fields=["id"], condition=Q(state="DEAD"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler}: {self.state}"
