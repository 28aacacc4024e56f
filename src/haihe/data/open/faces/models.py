"""Who may write through a face."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class PublisherToken(models.Model):
    """A steward's personal token for programs that publish, as its hash alone. Its roles are those of `user` now."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.BinaryField(unique=True)
    user = models.UUIDField(db_index=True)
    username = models.CharField(max_length=64)
    purpose = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(valid_until__gt=models.F("made_at")), name="publisher_token_term"),
            models.CheckConstraint(condition=~Q(purpose=""), name="publisher_token_says_what_for"),
        ]

    def __str__(self) -> str:
        return f"{self.username}: {self.purpose}"
