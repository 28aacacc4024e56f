"""A notice to one desk or person, and who has read it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """What one desk or person is told once. `key` names the occasion: the same occasion is told them no second time.

    The sentence is made of `kind` and `facts` when it is read. `path` leads to the thing, within this installation.
    """

    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=64)
    role = models.CharField(max_length=16, blank=True)
    organisation = models.CharField(max_length=12, blank=True)
    user = models.UUIDField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["role", "organisation", "-at"], name="notice_by_desk"),
            models.Index(fields=["user", "-at"], condition=Q(user__isnull=False), name="notice_by_person"),
            models.Index(fields=["at"], name="notice_by_age"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["key", "role", "organisation", "user"], nulls_distinct=False, name="notice_once_per_occasion"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) & ~Q(role="") | Q(user__isnull=False, role="", organisation=""),
                name="notice_to_a_desk_or_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Reading(models.Model):
    """That one person has read a notice; their colleagues may still have to."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="readings")
    user = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "notice"], name="reading_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.notice_id}"
