"""Facts for neighbours."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from haihe.data.sharing.models import Correction, Grant, Service
from haihe.data.sharing.records import (
    CorrectionInfo,
    GrantInfo,
    ServiceInfo,
    correction_info,
    grant_info,
    service_info,
)


def grant(grant_id: UUID) -> GrantInfo | None:
    """Return the grant, or None."""
    row = Grant.objects.select_related("service", "request").filter(pk=grant_id).first()
    return grant_info(row) if row else None


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


def service(slug: str) -> ServiceInfo | None:
    """Return the service, or None."""
    row = Service.objects.filter(slug=slug).first()
    return service_info(row) if row else None


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
