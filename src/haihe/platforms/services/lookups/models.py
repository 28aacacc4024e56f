"""What a person keeps of their own lookups, and their latest tries.

What a register said lies sealed under `lookup-answer:<id>`, where it may be kept at all; a try says nothing of what was
told, and goes after two days: it is there to count by.
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from haihe.platforms.services.lookups.kinds import Outcome


class OwnLookup(models.Model):
    """One person's shelf for one lookup: whether it is a favourite, when it was asked last, the answer while it may be
    shown again.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.UUIDField()
    slug = models.SlugField(max_length=64)
    is_favourite = models.BooleanField(default=False)
    asked_at = models.DateTimeField(null=True, blank=True)
    sealed_answer = models.BinaryField(null=True, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kept_until"], condition=Q(kept_until__isnull=False), name="own_lookup_kept"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "slug"], name="own_lookup_once"),
            models.CheckConstraint(
                condition=Q(sealed_answer__isnull=True, kept_until__isnull=True)
                | Q(sealed_answer__isnull=False, kept_until__isnull=False, asked_at__isnull=False),
                name="own_lookup_kept_for_a_while",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.owner}"

    @property
    def seal_context(self) -> str:
        return f"lookup-answer:{self.pk}"


class LookupTry(models.Model):
    """One time that somebody asked: written before the question goes out, so that parallel ones count too."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.UUIDField()
    slug = models.SlugField(max_length=64)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.INTENDED)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-at"], name="lookup_try_by_owner"),
            models.Index(fields=["at"], name="lookup_try_by_time"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="lookup_try_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.at:%Y-%m-%d %H:%M} {self.outcome}"
