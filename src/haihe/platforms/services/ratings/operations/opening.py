"""Bring a low rating back to a person: one who answers for the body and had no hand in the matter."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from haihe.base.accounts.api import SYSTEM, Holder, Role, holders_of
from haihe.base.numbering import api as numbering
from haihe.platforms.services.ratings.clocks import due_after
from haihe.platforms.services.ratings.models import LowRating, Rating
from haihe.platforms.services.ratings.operations.recording import record
from haihe.platforms.services.ratings.telling import tell_supervisor
from haihe.platforms.services.ratings.workflow import OPEN, VERIFY_WITHIN, LowState, Part

_PREFIX = "CP"


def open_low_rating(rating: Rating, *, now: datetime) -> LowRating:
    """Open it within the caller's transaction and tell the one to whom it comes."""
    invitation = rating.invitation
    supervisor = _supervisor(invitation.organisation, invitation.handlers, now)
    due_at = due_after(now, VERIFY_WITHIN)
    low = LowRating.objects.create(
        number=numbering.next_number(_PREFIX, _numbers(), now),
        rating=rating,
        organisation=invitation.organisation,
        state=LowState.TO_VERIFY,
        assigned_to=supervisor.user_id if supervisor else None,
        assigned_name=supervisor.name if supervisor else "",
        opened_at=now,
        due_at=due_at,
        verify_due_at=due_at,
        # Where a body has nobody who could see to it, the authority does from the start.
        reported_at=None if supervisor else now,
    )
    record(low, "open", actor=SYSTEM, part=Part.SYSTEM, source="", now=now)
    tell_supervisor(low, now=now)
    return low


def _supervisor(organisation: str, handlers: list[UUID], now: datetime) -> Holder | None:
    """Return who has least to see to; by name where several have as little."""
    found = [one for one in holders_of(Role.APPROVER, organisation, now=now) if one.user_id not in handlers]
    open_ones = LowRating.objects.filter(state__in=OPEN, assigned_to__in=[one.user_id for one in found])
    busy = dict(open_ones.order_by().values_list("assigned_to").annotate(n=Count("pk")))
    return min(found, key=lambda one: (busy.get(one.user_id, 0), one.name), default=None)


def _numbers() -> "QuerySet[LowRating]":
    return LowRating.objects.all()
