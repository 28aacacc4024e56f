"""Halls, their counters, the roster, and who sits where now. Times of day are minutes since midnight, in city time."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

MINUTES_OF_A_DAY = 24 * 60


class Hall(models.Model):
    """A place where people come. `hours` are pairs of minutes; `is_daily` halls know no days of rest.

    `organisation` runs it: its clerks and approvers plan and supervise. `slot_capacity` is how many may reserve the
    same hour; a wait over `wait_limit_min` warns.
    """

    slug = models.SlugField(max_length=48, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    organisation = models.CharField(max_length=12, db_index=True)
    division = models.CharField(max_length=12)
    address = models.CharField(max_length=160)
    address_en = models.CharField(max_length=200)
    hotline = models.CharField(max_length=20, default="12345")
    hours = models.JSONField(default=list)
    is_daily = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)
    wait_limit_min = models.PositiveSmallIntegerField(default=20)
    slot_capacity = models.PositiveSmallIntegerField(default=6)

    class Meta:
        ordering: ClassVar[list[str]] = ["division", "slug"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(wait_limit_min__gte=1), name="hall_wait_limit"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return (_in_english() and self.name_en) or self.name

    @property
    def place(self) -> str:
        return (_in_english() and self.address_en) or self.address


class Counter(models.Model):
    """A numbered counter. It serves everything, or the items and authorities named."""

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="counters")
    number = models.PositiveSmallIntegerField()
    serves_all = models.BooleanField(default=True)
    authorities = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    items = ArrayField(models.SlugField(max_length=64), default=list, blank=True)
    is_in_use = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["hall", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hall", "number"], name="counter_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hall_id}/{self.number}"

    def serves(self, *, item: str, authority: str) -> bool:
        """Say whether somebody who wants this comes here; who doesn't know yet goes where everything is served."""
        return self.serves_all or (bool(item) and (item in self.items or authority in self.authorities))


class Shift(models.Model):
    """Who is to sit at a counter, on which weekdays (1 Monday … 7 Sunday) and between which minutes of the day."""

    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="shifts")
    clerk = models.UUIDField(db_index=True)
    clerk_name = models.CharField(max_length=64)
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    from_minute = models.PositiveSmallIntegerField()
    until_minute = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["counter", "from_minute"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_minute__gt=F("from_minute"), until_minute__lte=MINUTES_OF_A_DAY),
                name="shift_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["counter", "clerk", "from_minute", "valid_from"], name="shift_once_for_each_clerk"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counter}: {self.from_minute}-{self.until_minute}"


class Sitting(models.Model):
    """A clerk at a counter, from when to when. One clerk at a counter, one counter for a clerk."""

    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="sittings")
    clerk = models.UUIDField()
    clerk_name = models.CharField(max_length=64)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-since"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["counter"], condition=Q(until=None), name="sitting_one_at_a_counter"),
            models.UniqueConstraint(fields=["clerk"], condition=Q(until=None), name="sitting_one_for_a_clerk"),
        ]

    def __str__(self) -> str:
        return f"{self.counter} since {self.since:%H:%M}"


def _in_english() -> bool:
    return (get_language() or "").startswith("en")
