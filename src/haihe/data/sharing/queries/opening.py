"""Who may know of society's applications for open data, and in which part they act on one."""

from django.db.models import Q, QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.sharing.errors import NotFound
from haihe.data.sharing.models import OpeningApplication
from haihe.data.sharing.queries.access import sees_all
from haihe.data.sharing.workflow import Part


def visible_applications(actor: Actor) -> QuerySet[OpeningApplication]:
    """Return one's own, those to one's own department; to the authority and the auditor all."""
    rows = OpeningApplication.objects.all()
    if sees_all(actor):
        return rows
    mine = Q(owner__in=actor.organisations(Role.STEWARD, Role.APPROVER))
    if actor.user_id is not None:
        mine |= Q(created_by=actor.user_id)
    return rows.filter(mine)


def application_for(actor: Actor, number: str) -> OpeningApplication:
    """Raises: NotFound."""
    row = visible_applications(actor).filter(number=number).first()
    if row is None:
        raise NotFound
    return row


def parts_on_application(actor: Actor, row: OpeningApplication) -> frozenset[Part]:
    """Return the parts in which somebody acts; whoever applied has no other, whatever their office."""
    if actor is SYSTEM:
        return frozenset({Part.SYSTEM})
    if actor.user_id is not None and actor.user_id == row.created_by:
        return frozenset({Part.PERSON})
    held = {
        Part.OWNER_STEWARD: actor.has(Role.STEWARD, row.owner),
        Part.OWNER_APPROVER: actor.has(Role.APPROVER, row.owner),
        Part.AUTHORITY: actor.has(Role.OPERATOR),
    }
    return frozenset(part for part, is_held in held.items() if is_held)
