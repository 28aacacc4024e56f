"""Under which name somebody writes, and in which parts they act."""

from typing import Final
from uuid import UUID

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role
from haihe.city import api as city
from haihe.data.participation.models import Association, Bundle, DataRequest, PlanEntry, Reuse
from haihe.data.participation.workflow import Part
from haihe.kernel.masking import mask_name

type Thing = DataRequest | PlanEntry | Reuse | Bundle
OFFICIAL: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)


def signed_in(actor: Actor) -> UUID:
    """Return who it is. Raises: NotPermitted, for somebody who isn't signed in."""
    if actor.user_id is None:
        raise NotPermitted("needs somebody who signed in")
    return actor.user_id


def shown_name(actor: Actor) -> str:
    """Return the name that everybody reads: an association's or department's, or the masked name of a person."""
    if association := association_of(actor):
        return association.name
    offices = sorted(actor.organisations(*OFFICIAL))
    body = city.organisation(offices[0]) if offices else None
    return body.short_name if body else mask_name(actor.name)


def association_of(actor: Actor) -> Association | None:
    """Return the association in whose name somebody acts."""
    codes = actor.organisations(Role.ASSOCIATION)
    return Association.objects.filter(code__in=codes, is_active=True).first() if codes else None


def parts_on(actor: Actor, row: Thing) -> frozenset[str]:
    """Return the parts in which the actor may act on this thing."""
    if actor is SYSTEM:
        return frozenset({Part.SYSTEM})
    held = {Part.AUTHORITY: actor.has(Role.OPERATOR)}
    match row:
        case DataRequest():
            held[Part.REQUESTER] = actor.user_id is not None and actor.user_id == row.requester
            held |= _owner_parts(actor, row.owner)
        case PlanEntry():
            held |= _owner_parts(actor, row.owner)
        case Reuse():
            held[Part.AUTHOR] = actor.user_id is not None and actor.user_id == row.author
        case Bundle():
            held[Part.ASSOCIATION] = actor.has(Role.ASSOCIATION, row.association_id)
    return frozenset(part for part, is_held in held.items() if is_held)


def _owner_parts(actor: Actor, owner: str) -> dict[Part, bool]:
    return {
        Part.OWNER_STEWARD: bool(owner) and actor.has(Role.STEWARD, owner),
        Part.OWNER_APPROVER: bool(owner) and actor.has(Role.APPROVER, owner),
    }


def departments() -> dict[str, str]:
    """Return the short names of the city's departments by code."""
    kinds = ("PARTY", "DEPARTMENT", "INSTITUTION", "ASSOCIATION", "CENTRAL")
    return {one.code: one.short_name or one.name for one in city.organisations(kinds=kinds)}
