"""What an entry said when it was published, and what it is to say next.

Both hold a `NewResource` as plain JSON (contents.py), so that a version stays readable whatever the tables become.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.data.catalogue.models.choices import ChangeCause
from haihe.data.catalogue.models.resource import Resource
from haihe.data.catalogue.workflow import OPEN_REVISIONS, RevisionState


class ResourceVersion(models.Model):
    """An entry as it was published, never changed; without samples. Numbers run from 1."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    at = models.DateTimeField()
    cause = models.CharField(max_length=16, choices=ChangeCause, blank=True)
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["resource", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "number"], name="resource_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="resource_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} v{self.number}"


class Revision(models.Model):
    """What a published entry is to say next, beside what it says now (art. 17).

    `update_due_on` is the department's day, ten working days after `changed_on`; `due_on` the day that counts in this
    state: the department's, or the authority's for its review.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=24, choices=RevisionState, default=RevisionState.DRAFT)
    cause = models.CharField(max_length=16, choices=ChangeCause)
    basis = models.CharField(max_length=500)
    changed_on = models.DateField()
    content = models.JSONField()
    opened_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    update_due_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    extension_asked_at = models.DateTimeField(null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_on"], name="revision_due"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "number"], name="revision_once"),
            models.UniqueConstraint(
                fields=["resource"], condition=Q(state__in=OPEN_REVISIONS), name="revision_one_open_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=RevisionState.values), name="revision_state_known"),
            models.CheckConstraint(condition=Q(cause__in=ChangeCause.values), name="revision_cause_known"),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True) | Q(extension_asked_at__isnull=False),
                name="revision_extended_when_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} r{self.number}"
