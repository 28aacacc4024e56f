"""Providers' maintenance: who may know of it, who may announce it, and whom it keeps waiting."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.data.sharing.errors import NotFound
from haihe.data.sharing.models import Grant, Maintenance, Service, ServiceKind
from haihe.data.sharing.queries.access import sees_all
from haihe.data.sharing.workflow import LIVE_GRANTS, GrantState

_OFFICE = (Role.STEWARD, Role.APPROVER)


def may_maintain(actor: Actor, owner: str) -> bool:
    """True for the owner's own office, and for the authority."""
    return actor.has(Role.OPERATOR) or owner in actor.organisations(*_OFFICE)


def to_maintain(actor: Actor) -> QuerySet[Service]:
    """Return the services of which the actor may announce maintenance, by owner."""
    rows = Service.objects.order_by("owner", "title", "slug")
    return rows if actor.has(Role.OPERATOR) else rows.filter(owner__in=actor.organisations(*_OFFICE))


def visible_maintenance(actor: Actor) -> QuerySet[Maintenance]:
    """Return that of one's own department, and of the services that it holds a grant of."""
    rows = Maintenance.objects.select_related("service")
    if sees_all(actor):
        return rows
    mine = actor.organisations(*_OFFICE)
    held = Grant.objects.filter(organisation__in=mine, state__in=LIVE_GRANTS)
    used = Q(service__in=held.values("service")) | Q(service__isnull=True, owner__in=held.values("owner"))
    return rows.filter(Q(owner__in=mine) | used)


def maintenance_for(actor: Actor, maintenance_id: UUID) -> Maintenance:
    """Raises: NotFound."""
    row = visible_maintenance(actor).filter(pk=maintenance_id).first()
    if row is None:
        raise NotFound
    return row


def not_over(rows: QuerySet[Maintenance], *, now: datetime) -> QuerySet[Maintenance]:
    """Return what runs or is to come, the next first."""
    return rows.filter(ended_at__isnull=True, ends_at__gt=now).order_by("starts_at", "id")


def over(rows: QuerySet[Maintenance], *, now: datetime) -> QuerySet[Maintenance]:
    return rows.exclude(ended_at__isnull=True, ends_at__gt=now)


def of_service(actor: Actor, service: Service, *, now: datetime) -> QuerySet[Maintenance]:
    """Return what runs or is to come and keeps a service from answering, as far as this actor may know of it."""
    rows = visible_maintenance(actor).filter(Q(service=service) | Q(service__isnull=True, owner=service.owner))
    return not_over(rows if service.kind == ServiceKind.PROXY else rows.filter(serves_on=False), now=now)


def kept_waiting(row: Maintenance) -> list[str]:
    """Return the departments that hold a grant which is in force at some time of it."""
    grants = Grant.objects.filter(
        owner=row.owner, state=GrantState.ACTIVE, valid_from__lt=row.ends_at, valid_until__gt=row.starts_at
    )
    if row.service is not None:
        grants = grants.filter(service=row.service)
    return list(grants.order_by("organisation").values_list("organisation", flat=True).distinct())
