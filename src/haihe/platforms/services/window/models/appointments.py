"""Hours that can be reserved, and who reserved one; whose it is is a keyed link."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from haihe.platforms.services.window.models.halls import Hall
from haihe.platforms.services.window.models.tickets import QueueTicket


class AppointmentState(models.TextChoices):
    """BOOKED until its hour; then it has come, was cancelled, or was missed."""

    BOOKED = "BOOKED", _("已预约")
    CAME = "CAME", _("已到场")
    CANCELLED = "CANCELLED", _("已取消")
    MISSED = "MISSED", _("未到场")


class AppointmentSlot(models.Model):
    """One hour of one day in one hall; `taken` never passes `capacity`, which the database holds."""

    hall = models.ForeignKey(Hall, on_delete=models.CASCADE, related_name="slots")
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["day", "hour"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hall", "day", "hour"], name="appointment_slot_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="appointment_slot_not_overbooked"),
            models.CheckConstraint(condition=Q(hour__lt=24), name="appointment_slot_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hour:02}:00"


class Appointment(models.Model):
    """A place in a slot, for an item. `code` is shown or typed at the terminal; it is used once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slot = models.ForeignKey(AppointmentSlot, on_delete=models.PROTECT, related_name="appointments")
    holder_key = models.BinaryField(max_length=16)
    item_slug = models.SlugField(max_length=64)
    authority = models.CharField(max_length=12)
    code = models.CharField(max_length=8, unique=True)
    state = models.CharField(max_length=9, choices=AppointmentState, default=AppointmentState.BOOKED)
    booked_at = models.DateTimeField()
    moved = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    is_elderly = models.BooleanField(default=False)
    ticket = models.OneToOneField(QueueTicket, on_delete=models.PROTECT, null=True, blank=True, related_name="booked")

    class Meta:
        ordering: ClassVar[list[str]] = ["slot__day", "slot__hour", "booked_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["holder_key", "state"], name="appointment_of_holder"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["holder_key", "item_slug"], condition=Q(state="BOOKED"), name="appointment_one_per_item"
            ),
            models.CheckConstraint(
                condition=Q(state="BOOKED", ended_at=None) | (~Q(state="BOOKED") & Q(ended_at__isnull=False)),
                name="appointment_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.item_slug}"
