"""A life event (一件事) that somebody set going: the cases that one form opened, tied together by a number.

Nothing that was filled in is kept here: each case has its own, and no department learns another's from this.
"""

from typing import ClassVar

from django.db import models

from haihe.platforms.services.models.case import Case, Channel


class LifeEvent(models.Model):
    """One form for several items, handed in. `token` is the form's: sent twice it is one life event."""

    number = models.CharField(max_length=24, unique=True)
    bundle = models.SlugField(max_length=64)
    channel = models.CharField(max_length=8, choices=Channel)
    token = models.UUIDField()
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["opened_by", "token"], name="life_event_once_per_form"),
        ]

    def __str__(self) -> str:
        return self.number


class LifeEventCase(models.Model):
    """A case of a life event, in the form's order. A case that takes the place of a refused one takes it here too."""

    event = models.ForeignKey(LifeEvent, on_delete=models.PROTECT, related_name="parts")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="in_life_event")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["event", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "place"], name="life_event_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}/{self.place}"
