from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ServiceKind(models.TextChoices):
    """How much a service answers; the least first."""

    VERIFY = "VERIFY", _("核验（是、否、无法确认）")


class Service(models.Model):
    """A question that a resource answers. `claims` are what may be asked, by name, as predicates over its items.

    The form of a predicate is checked by `claims.check_claims`; `claim_titles` says each in words. A register older
    than `max_age_s` proves no absence.
    """

    slug = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=100)
    summary = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=16, choices=ServiceKind, default=ServiceKind.VERIFY)
    resource = models.CharField(max_length=32)
    owner = models.CharField(max_length=12, db_index=True)
    default_claim = models.CharField(max_length=64)
    claims = models.JSONField()
    claim_titles = models.JSONField()
    max_age_s = models.PositiveIntegerField()
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=ServiceKind.values), name="service_kind_known"),
            models.CheckConstraint(condition=Q(max_age_s__gte=60), name="service_max_age"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.slug})"

    def title_of(self, claim: str) -> str:
        """Return what the claim asks, in words; the name itself where nobody wrote any."""
        return str(self.claim_titles.get(claim, claim))
