"""Acting for somebody who can't or won't do it alone (帮办代办), on consent that is written down first."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Consent(models.TextChoices):
    """How somebody agreed to be helped."""

    SIGNED = "SIGNED", _("本人在帮办单上签字")
    SPOKEN = "SPOKEN", _("本人当面口头同意，有见证人")
    CALLED = "CALLED", _("本人电话同意，已录音")


class Assistance(models.Model):
    """A helper acts for a person in one item. Name and number are sealed under `assistance:<id>`.

    `witness` stands for a signature that wasn't given. `case_number` is what came of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    helper = models.UUIDField(db_index=True)
    helper_name = models.CharField(max_length=64)
    organisation = models.CharField(max_length=12)
    person_key = models.BinaryField(max_length=16)
    sealed_person = models.BinaryField()
    masked_name = models.CharField(max_length=64)
    item_slug = models.SlugField(max_length=64)
    authority = models.CharField(max_length=12)
    place = models.CharField(max_length=120)
    consent = models.CharField(max_length=8, choices=Consent)
    witness = models.CharField(max_length=64, blank=True)
    agreed_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    draft = models.UUIDField(null=True, blank=True)
    case_number = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-agreed_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person_key", "-agreed_at"], name="assistance_of_person"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("agreed_at")), name="assistance_term"),
            models.CheckConstraint(
                condition=Q(consent=Consent.SIGNED) | ~Q(witness=""), name="assistance_spoken_with_witness"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_slug} {self.agreed_at:%Y-%m-%d}"

    @property
    def seal_context(self) -> str:
        return f"assistance:{self.pk}"
