"""Calling numbers, what was taken in under each, and their history.

A number is no personal data; the person it belongs to is a keyed link (`visitor_key`). Whom the clerk has before
them is sealed under `ticket:<id>` while the visit lasts, and gone when it ends: a constraint holds that.
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import HistoryEvent
from haihe.platforms.services.window.models.halls import Counter, Hall
from haihe.platforms.services.window.workflow import AT_A_COUNTER, ENDED, OPEN, TicketState


class Source(models.TextChoices):
    """Where a number was taken."""

    TERMINAL = "TERMINAL", _("取号机")
    PHONE = "PHONE", _("手机取号")
    DESK = "DESK", _("导办台")


class DaySequence(models.Model):
    """The last number of a line on a day: each day begins at one."""

    hall = models.ForeignKey(Hall, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    line = models.CharField(max_length=1)
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hall", "day", "line"], name="day_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line}{self.last:03} {self.day}"


class QueueTicket(models.Model):
    """One number of one day. `rank_at` is when it counts as taken (see `priorities`); it is called in that order.

    `only_counter` is where it was passed on to. `calls` counts how often it was called since it waited last.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="tickets")
    day = models.DateField()
    line = models.CharField(max_length=1)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=8, choices=Source)
    priority = models.SlugField(max_length=16, blank=True)
    item_slug = models.SlugField(max_length=64, blank=True)
    authority = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=8, choices=TicketState, default=TicketState.WAITING)
    taken_at = models.DateTimeField()
    rank_at = models.DateTimeField()
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    only_counter = models.ForeignKey(Counter, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    clerk = models.UUIDField(null=True, blank=True)
    clerk_name = models.CharField(max_length=64, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    visitor_key = models.BinaryField(max_length=16, null=True, blank=True)
    sealed_visitor = models.BinaryField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["rank_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["hall", "day", "rank_at"], condition=Q(state="WAITING"), name="ticket_waiting"),
            models.Index(fields=["hall", "ended_at"], condition=Q(state="FINISHED"), name="ticket_finished"),
            models.Index(fields=["visitor_key", "day"], name="ticket_of_visitor"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hall", "day", "line", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["counter"], condition=Q(state__in=AT_A_COUNTER), name="ticket_one_at_a_counter"
            ),
            models.UniqueConstraint(
                fields=["visitor_key", "hall", "day"],
                condition=Q(state__in=OPEN, visitor_key__isnull=False),
                name="ticket_one_open_per_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ENDED) | Q(ended_at__isnull=False, sealed_visitor__isnull=True),
                name="ticket_forgets_whom_it_served",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AT_A_COUNTER) | Q(counter__isnull=False, clerk__isnull=False),
                name="ticket_called_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The number as it is called: A012."""
        return f"{self.line}{self.number:03}"

    @property
    def seal_context(self) -> str:
        return f"ticket:{self.pk}"

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED


class TicketItem(models.Model):
    """One item taken in during a visit: the draft that was begun, then the case that it became.

    `prefill_agreed_at`: when the person agreed that registers be asked for what the form wants to know.
    """

    ticket = models.ForeignKey(QueueTicket, on_delete=models.CASCADE, related_name="items")
    draft = models.UUIDField(unique=True)
    item_slug = models.SlugField(max_length=64)
    authority = models.CharField(max_length=12)
    begun_at = models.DateTimeField()
    case_number = models.CharField(max_length=24, blank=True)
    prefill_agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.case_number or self.item_slug


class QueueEvent(HistoryEvent):
    """One thing that happened to a number."""

    ticket = models.ForeignKey(QueueTicket, on_delete=models.PROTECT, related_name="events")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
