"""Who was told of a correction, and what one's department has been told; each sees its own."""

from django.db.models import QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.data.sharing.models import Correction, CorrectionNotice, DataArrival
from haihe.data.sharing.queries.access import sees_all
from haihe.data.sharing.workflow import CorrectionState


def data_to_confirm(row: Correction) -> DataArrival | None:
    """Return the newest data, if its owner may still say that a closed correction is in it; None where it can't be."""
    if row.state != CorrectionState.CORRECTED or hasattr(row, "data"):
        return None
    return DataArrival.objects.filter(resource=row.resource, as_of__gt=row.as_of or row.opened_at).first()


def notices_of(actor: Actor, row: Correction) -> QuerySet[CorrectionNotice]:
    """Return who was told of this correction: all for its source and the authority, their own for consumers."""
    rows = CorrectionNotice.objects.filter(correction=row).order_by("consumer", "service", "case")
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    if sees_all(actor) or row.owner in mine:
        return rows
    return rows.filter(consumer__in=mine)


def visible_notices(actor: Actor) -> QuerySet[CorrectionNotice]:
    """Return what the actor's departments were told, those not fetched yet first; for authority and auditor, all."""
    rows = CorrectionNotice.objects.select_related("correction")
    if not sees_all(actor):
        rows = rows.filter(consumer__in=actor.organisations(Role.STEWARD, Role.APPROVER))
    return rows.order_by("fetched_at", "-id")


def notices_to_fetch(actor: Actor) -> int:
    """Count what the actor's own departments were told and haven't fetched."""
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    return CorrectionNotice.objects.filter(consumer__in=mine, fetched_at=None).count() if mine else 0
