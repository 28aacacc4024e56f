"""Invitations, ratings, what is done about low ones, terminals at windows, and weekly counts.

A rating is never changed (a trigger of 0001_initial). What a rater wrote is shown to the persons who see to it, and
to nobody else.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from haihe.base.history.api import HistoryEvent
from haihe.platforms.services.ratings.workflow import LOW, OPEN, Level, LowState


class Kind(models.TextChoices):
    """What is rated: a case, once; or a visit at a window, once."""

    CASE = "CASE", _("办件")
    VISIT = "VISIT", _("窗口办理")


class Channel(models.TextChoices):
    """By which way somebody rated."""

    PHONE = "PHONE", _("手机")
    LINK = "LINK", _("短信或二维码")
    TERMINAL = "TERMINAL", _("窗口评价器")
    WINDOW = "WINDOW", _("窗口")


class Invitation(models.Model):
    """One occasion to rate, used once at most.

    `holder_key` is the key of the person it is for; None where nobody knows who came. `token_hash` is that of the link
    (links.py), which whoever holds it may use. `handlers` are the users who had a hand in it: they may not rate it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    subject_number = models.CharField(max_length=40, unique=True)
    item_slug = models.SlugField(max_length=64, blank=True)
    organisation = models.CharField(max_length=12)
    window = models.CharField(max_length=40, blank=True)
    holder_key = models.BinaryField(max_length=16, null=True, blank=True)
    handlers = ArrayField(models.UUIDField(), default=list)
    channel = models.CharField(max_length=8, choices=Channel)
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["holder_key", "-invited_at"], name="invitation_by_holder"),
            models.Index(
                fields=["organisation", "window", "-invited_at"],
                condition=Q(used_at__isnull=True) & ~Q(window=""),
                name="invitation_at_window",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="invitation_kind_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="invitation_lasts"),
            models.CheckConstraint(condition=~Q(kind="VISIT") | ~Q(window=""), name="invitation_visit_has_a_window"),
        ]

    def __str__(self) -> str:
        return self.subject_number


class Rating(models.Model):
    """What somebody said, once and for good."""

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="rating")
    level = models.PositiveSmallIntegerField(choices=Level)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    words = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    rated_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="rating_has_five_levels"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.level}"

    @property
    def is_low(self) -> bool:
        return self.level in LOW


class LowRating(models.Model):
    """What is done about a low rating, by whom and until when.

    `due_at` is the end of the step that is due; `late_at` when that ran out and was reported. `reported_at` is when the
    authority over the ratings was first told: from then on it may act in the body's stead.
    """

    number = models.CharField(max_length=24, unique=True)
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="low")
    organisation = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=LowState, default=LowState.TO_VERIFY)
    assigned_to = models.UUIDField(null=True, blank=True)
    assigned_name = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    verify_due_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_in_time = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "state", "due_at"], name="low_rating_by_desk"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=OPEN, late_at__isnull=True), name="low_rating_running"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=LowState.values), name="low_rating_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at__isnull=True) | (~Q(state__in=OPEN) & Q(ended_at__isnull=False)),
                name="low_rating_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LowRatingEvent(HistoryEvent):
    """One thing that was done about a low rating."""

    low_rating = models.ForeignKey(LowRating, on_delete=models.PROTECT, related_name="events")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]


class RatingTerminal(models.Model):
    """A screen at a window on which people rate what was just done there. Its address holds a secret; only its hash
    is kept."""

    organisation = models.CharField(max_length=12)
    window = models.CharField(max_length=40)
    token_hash = models.BinaryField(max_length=32, unique=True)
    opened_by = models.UUIDField()
    opened_name = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "window"], condition=Q(closed_at=None), name="rating_terminal_once"
            ),
            models.CheckConstraint(condition=~Q(window=""), name="rating_terminal_has_a_window"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.window}"


class RatingWeek(models.Model):
    """How many were invited and how they rated in one week, by body, item and window. Counted as it happens."""

    week = models.DateField()
    organisation = models.CharField(max_length=12)
    item_slug = models.CharField(max_length=64, blank=True)
    window = models.CharField(max_length=40, blank=True)
    invited = models.PositiveIntegerField(default=0)
    very_good = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    fair = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    very_bad = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["week", "organisation", "item_slug", "window"], name="rating_week_once"),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.organisation} {self.item_slug} {self.window}"
