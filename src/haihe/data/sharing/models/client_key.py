from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.models.client import Client

PUBLIC_KEY_BYTES = 32


class KeyKind(models.TextChoices):
    """What a system signs with."""

    HMAC = "HMAC", _("共享密钥（HMAC-SHA256）")
    ED25519 = "ED25519", _("公钥（Ed25519）")


class ClientKey(models.Model):
    """One key of a system: a secret that we keep sealed, or the public half of one that only the system has.

    Several may be in force at once, while a new one takes over. It serves from `not_before` until just before
    `expires_at`; `ended_at` is set when somebody ended it sooner, or long after it expired.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="keys")
    key_id = models.CharField(max_length=15)
    kind = models.CharField(max_length=16, choices=KeyKind)
    sealed_secret = models.BinaryField(null=True, blank=True)
    public_key = models.BinaryField(null=True, blank=True, max_length=PUBLIC_KEY_BYTES)
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], condition=Q(ended_at__isnull=True), name="client_key_by_end")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client", "key_id"], name="client_key_id_once"),
            models.CheckConstraint(condition=Q(key_id__regex=r"^[a-z0-9]{2,15}$"), name="client_key_id_form"),
            models.CheckConstraint(
                condition=Q(kind=KeyKind.HMAC, sealed_secret__isnull=False, public_key__isnull=True)
                | Q(kind=KeyKind.ED25519, sealed_secret__isnull=True, public_key__isnull=False),
                name="client_key_is_of_its_kind",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("not_before")), name="client_key_serves_for_a_while"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}:{self.key_id}"

    def in_force(self, now: datetime) -> bool:
        return self.ended_at is None and self.not_before <= now < self.expires_at
