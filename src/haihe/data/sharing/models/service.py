from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ServiceKind(models.TextChoices):
    """How much a service answers; the least first."""

    VERIFY = "VERIFY", _("核验（是、否、无法确认）")
    QUERY = "QUERY", _("查询（获授权的字段，按规则脱敏）")
    PROXY = "PROXY", _("代理查询（由提供部门的接口答复，只给获授权的字段）")
    SUBSCRIBE = "SUBSCRIBE", _("订阅变更（自上次以来变了的获授权字段，按规则脱敏）")


class Service(models.Model):
    """A question that a resource answers.

    A VERIFY service has `claims`: what may be asked, by name, as predicates over the resource's items. A QUERY service
    has `fields`: items that may be read, each with its mask rule (`kernel.mask_rules`). `claims.check_claims` and
    `claims.check_fields` check their forms; the titles say each in words. A register older than `max_age_s` proves no
    absence.

    A PROXY service has fields too, and a `source`: the rules of the department's own interface (`kernel.source_rules`).
    It is closed until an operator confirmed the address and the networks in which it lies; its secret lies sealed.
    """

    slug = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=100)
    summary = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=16, choices=ServiceKind, default=ServiceKind.VERIFY)
    resource = models.CharField(max_length=32)
    owner = models.CharField(max_length=12, db_index=True)
    default_claim = models.CharField(max_length=64, blank=True)
    claims = models.JSONField(default=dict, blank=True)
    claim_titles = models.JSONField(default=dict, blank=True)
    fields = models.JSONField(default=dict, db_default={}, blank=True)
    field_titles = models.JSONField(default=dict, db_default={}, blank=True)
    max_age_s = models.PositiveIntegerField()
    source = models.JSONField(null=True, blank=True)
    source_networks = ArrayField(models.CharField(max_length=50), default=list, db_default=[], blank=True)
    source_confirmed_at = models.DateTimeField(null=True, blank=True)
    source_confirmed_by = models.UUIDField(null=True, blank=True)
    sealed_source_secret = models.BinaryField(null=True, blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=ServiceKind.values), name="service_kind_known"),
            models.CheckConstraint(condition=Q(max_age_s__gte=60), name="service_max_age"),
            models.CheckConstraint(
                condition=Q(kind=ServiceKind.VERIFY, fields={}) & ~Q(claims={}) & ~Q(default_claim="")
                | ~Q(kind=ServiceKind.VERIFY) & Q(claims={}, default_claim="") & ~Q(fields={}),
                name="service_offers_what_its_kind_does",
            ),
            models.CheckConstraint(
                condition=Q(kind=ServiceKind.PROXY, source__isnull=False)
                | ~Q(kind=ServiceKind.PROXY) & Q(source__isnull=True, sealed_source_secret__isnull=True),
                name="service_of_a_source_has_one",
            ),
            models.CheckConstraint(
                condition=Q(source_confirmed_at__isnull=True, source_confirmed_by__isnull=True, source_networks__len=0)
                | Q(source_confirmed_at__isnull=False, source_confirmed_by__isnull=False, source_networks__len__gte=1),
                name="service_source_confirmed_with_networks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.slug})"

    @property
    def scope(self) -> list[str]:
        """Return the names of what may be asked: claims, or fields."""
        return list(self.claims or self.fields)

    @property
    def is_query(self) -> bool:
        return self.kind == ServiceKind.QUERY

    @property
    def gives_fields(self) -> bool:
        return self.kind != ServiceKind.VERIFY

    @property
    def last_good_s(self) -> int:
        """Return how old an answer may be that is given while the source is away; 0 for never."""
        return int((self.source or {}).get("last_good_s", 0))

    @property
    def waits_for_confirmation(self) -> bool:
        return self.kind == ServiceKind.PROXY and self.source_confirmed_at is None

    @property
    def is_open(self) -> bool:
        """True if the gateway answers by it."""
        return self.enabled and not self.waits_for_confirmation

    @property
    def seal_context(self) -> str:
        """Name what the secret's seal is bound to."""
        return f"source-secret:{self.slug}"

    def title_of(self, name: str) -> str:
        """Return what the claim asks or the field is, in words; the name itself where nobody wrote any."""
        return str(self.claim_titles.get(name) or self.field_titles.get(name, name))
