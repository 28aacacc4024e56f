"""Facts for neighbours."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from haihe.base.accounts.api import Actor
from haihe.data.sharing.models import Client, Correction, Grant, Service
from haihe.data.sharing.queries.access import visible_grants
from haihe.data.sharing.records import (
    CorrectionInfo,
    GrantInfo,
    ServiceInfo,
    correction_info,
    grant_info,
    service_info,
)
from haihe.data.sharing.workflow import LIVE_GRANTS


def grant(grant_id: UUID) -> GrantInfo | None:
    """Return the grant, or None."""
    row = Grant.objects.select_related("service", "request").filter(pk=grant_id).first()
    return grant_info(row) if row else None


def renewal_of(grant_id: UUID) -> GrantInfo | None:
    """Return the unended grant that renews this one, or None."""
    rows = Grant.objects.select_related("service", "request")
    row = rows.filter(request__renews=grant_id, state__in=LIVE_GRANTS).first()
    return grant_info(row) if row else None


def renewed_by(grant_id: UUID) -> UUID | None:
    """Return the grant that this one renews, or None."""
    return Grant.objects.filter(pk=grant_id).values_list("request__renews", flat=True).first()


def grants_for(organisation: str, service: str) -> list[GrantInfo]:
    """Return the organisation's grants for a service, the newest first, whatever their state."""
    rows = Grant.objects.select_related("service", "request").filter(organisation=organisation, service__slug=service)
    return [grant_info(row) for row in rows]


def grants_of(organisation: str) -> list[GrantInfo]:
    """Return all the organisation's grants, the newest first, whatever their state."""
    rows = Grant.objects.select_related("service", "request").filter(organisation=organisation)
    return [grant_info(row) for row in rows]


def field_rules(slug: str) -> dict[str, dict[str, Any]]:
    """Return the fields that a service gives, each with its owner's mask rule (`kernel.mask_rules`)."""
    row = Service.objects.filter(slug=slug).first()
    return dict(row.fields) if row else {}


def has_platform(organisation: str) -> bool:
    """True if our own platforms have a system with which they ask in the organisation's name."""
    return Client.objects.filter(organisation=organisation, is_platform=True).exists()


def service(slug: str) -> ServiceInfo | None:
    """Return the service, or None."""
    row = Service.objects.filter(slug=slug).first()
    return service_info(row) if row else None


def services_on(resource: str) -> list[ServiceInfo]:
    """Return all services of a resource, those that are switched off included."""
    return [service_info(row) for row in Service.objects.filter(resource=resource)]


def grants_on(actor: Actor, resource: str) -> tuple[list[GrantInfo], int]:
    """Return a resource's unended grants that this actor may know of, and how many others there are."""
    rows = visible_grants(actor).filter(service__resource=resource, state__in=LIVE_GRANTS).select_related("request")
    known = [grant_info(row) for row in rows]
    everybodys = Grant.objects.filter(service__resource=resource, state__in=LIVE_GRANTS).count()
    return known, everybodys - len(known)


def services() -> list[ServiceInfo]:
    """Return the services that are open."""
    return [service_info(row) for row in Service.objects.filter(enabled=True)]


def corrections_of(subject_key: bytes) -> list[CorrectionInfo]:
    """Return the reports about one person's data, the newest first; for that person's own eyes."""
    return [correction_info(row) for row in _corrections().filter(subject_key=subject_key)]


def correction(number: str) -> CorrectionInfo | None:
    """Return the report of this number, or None. Who may see it is the caller's to check."""
    row = _corrections().filter(number=number).first()
    return correction_info(row) if row else None


def _corrections() -> QuerySet[Correction]:
    return Correction.objects.select_related("data").prefetch_related("notices")
