"""A workbook too large to be taken in while somebody waits."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class SheetImport(models.Model):
    """One such workbook: the file until it is done, how far the worker got, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=64)
    user = models.UUIDField()
    name = models.CharField(max_length=120)
    file = models.BinaryField(null=True)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, file__isnull=False)
                | Q(finished_at__isnull=False, file__isnull=True, result__isnull=False),
                name="sheet_import_keeps_the_file_until_done",
            ),
        ]

    def __str__(self) -> str:
        return self.name
