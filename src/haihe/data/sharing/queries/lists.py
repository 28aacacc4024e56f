"""Whole lists, narrowed by what somebody typed and chose; the rules of sight are those of `access`."""

from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Q, QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.data.sharing.models import Correction, Grant, Service, SharingRequest
from haihe.data.sharing.queries import access, desk


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to; empty narrows nothing. `show` is one of the list's own choices."""

    q: str = ""
    state: str = ""
    show: str = ""


NARROWED = tuple(field.name for field in fields(Narrowed))


def requests(actor: Actor, narrowed: Narrowed, *, today: date) -> QuerySet[SharingRequest]:
    """Return requests: all that one may see, or those that wait for one's desk, or that are late."""
    match narrowed.show:
        case "waiting":
            rows = desk.waiting_requests(actor)
        case "late":
            rows = desk.overdue_requests(actor, today=today)
        case _:
            rows = desk.latest_requests(actor)
    typed = Q(number__icontains=narrowed.q) | Q(service__title__icontains=narrowed.q) | Q(item__icontains=narrowed.q)
    return _narrowed(rows, narrowed, typed)


def grants(actor: Actor, narrowed: Narrowed) -> QuerySet[Grant]:
    """Return grants: those that one's department holds, or gave, or both; those in force first."""
    match narrowed.show:
        case "held":
            rows = desk.held_grants(actor)
        case "given":
            rows = desk.given_grants(actor)
        case _:
            rows = desk.seen_grants(actor)
    typed = Q(service__title__icontains=narrowed.q) | Q(request__number__icontains=narrowed.q)
    return _narrowed(rows, narrowed, typed | Q(item__icontains=narrowed.q))


def corrections(actor: Actor, narrowed: Narrowed, *, today: date) -> QuerySet[Correction]:
    """Return reports of wrong data: all that one may see, or those that wait, or that are late."""
    match narrowed.show:
        case "waiting":
            rows = desk.waiting_corrections(actor)
        case "late":
            rows = desk.overdue_corrections(actor, today=today)
        case _:
            rows = access.visible_corrections(actor).order_by("-opened_at", "number")
    return _narrowed(rows, narrowed, Q(number__icontains=narrowed.q) | Q(service__icontains=narrowed.q))


def services_to_ask(actor: Actor, narrowed: Narrowed, *, resource: str = "") -> QuerySet[Service]:
    """Return the open services of other departments, of one resource where asked for."""
    rows = access.visible_services(actor).filter(enabled=True).exclude(owner__in=actor.organisations(Role.STEWARD))
    if resource:
        rows = rows.filter(resource=resource)
    typed = Q(title__icontains=narrowed.q) | Q(summary__icontains=narrowed.q) | Q(slug__icontains=narrowed.q)
    return rows.filter(typed) if narrowed.q else rows


def _narrowed[M: (SharingRequest, Grant, Correction)](rows: QuerySet[M], narrowed: Narrowed, typed: Q) -> QuerySet[M]:
    if narrowed.state:
        rows = rows.filter(state=narrowed.state)
    return rows.filter(typed) if narrowed.q else rows
