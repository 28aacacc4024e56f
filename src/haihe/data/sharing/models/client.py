from typing import ClassVar

from django.db import models
from django.db.models import Q

CLIENT_ID_FORM = r"^[a-z][a-z0-9-]{2,47}$"


class Client(models.Model):
    """A system of a department that signs questions, with its keys (`ClientKey`). `sealed_secret` is the newest of its
    secrets that wasn't ended, or empty; programs of the version before know no other, and our own platforms use it.

    `is_platform` marks the one with which this installation's own platforms ask in the department's name.
    """

    client_id = models.CharField(max_length=48, unique=True)
    organisation = models.CharField(max_length=12, db_index=True)
    title = models.CharField(max_length=100)
    sealed_secret = models.BinaryField()
    is_platform = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    secret_made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation", "client_id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(client_id__regex=CLIENT_ID_FORM), name="client_id_form"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(is_platform=True), name="client_one_platform_per_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.client_id

    @property
    def seal_context(self) -> str:
        return f"client-secret:{self.client_id}"
