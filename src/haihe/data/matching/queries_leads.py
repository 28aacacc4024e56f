"""Reads of leads. Who sees one: the department that compared, dispatchers of its area, and who is to go there."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Substr

from haihe.base.accounts import api as accounts
from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.city import api as city
from haihe.data.matching.errors import NotFound
from haihe.data.matching.models import Lead
from haihe.data.matching.queries import sees_all
from haihe.data.matching.workflow import ENDED_LEADS, LeadKind, LeadState, Part

_DIGITS = {1: 0, 2: 2, 3: 6, 4: 9, 5: 12}
"""How much of a division's code says where it lies, by its level."""
_OFFICE = (Role.STEWARD, Role.APPROVER)


def area_of(organisation: str) -> str | None:
    """Return the beginning of the codes of an organisation's area; None for an unknown one."""
    found = city.organisation(organisation)
    return found.division[: _DIGITS[found.level]] if found else None


def areas(actor: Actor, role: str) -> list[str]:
    """Return the areas in which the actor holds the role."""
    found = (area_of(code) for code in actor.organisations(role))
    return [one for one in found if one is not None]


def visible_leads(actor: Actor) -> QuerySet[Lead]:
    rows = Lead.objects.select_related("model", "run__version")
    if actor is SYSTEM:
        return rows
    return rows.filter(_seen_by(actor))


def _seen_by(actor: Actor) -> Q:
    seen = Q(organisation__in=actor.organisations(*_OFFICE))
    for area in areas(actor, Role.DISPATCHER):
        seen |= Q(division__startswith=area)
    if actor.user_id is not None and actor.has(Role.FIELD_WORKER):
        seen |= Q(assigned_to=actor.user_id)
        for area in areas(actor, Role.FIELD_WORKER):
            seen |= Q(division__startswith=area, state=LeadState.NEW)
    return seen


def told_to(actor: Actor) -> QuerySet[Lead]:
    """Return the checks of this very person that they were told of, the newest first."""
    rows = Lead.objects.select_related("model", "run__version").filter(kind=LeadKind.CHECK, told_at__isnull=False)
    return (rows.filter(subject=actor.subject_key) if actor.subject_key else rows.none()).order_by("-told_at")


def lead_for(actor: Actor, number: str) -> Lead:
    """Raises: NotFound."""
    row = visible_leads(actor).filter(number=number).first() or told_to(actor).filter(number=number).first()
    if row is None:
        raise NotFound
    return row


def visits_of(actor: Actor) -> QuerySet[Lead]:
    """Return what this person is to do, the most urgent first."""
    rows = Lead.objects.select_related("model", "run__version").filter(assigned_to=actor.user_id)
    return rows.exclude(state__in=(*ENDED_LEADS, LeadState.WRONG, LeadState.REFERRED))


def free_in(actor: Actor) -> QuerySet[Lead]:
    """Return what nobody goes to yet in this person's area."""
    within = Q(pk__in=[])
    for area in areas(actor, Role.FIELD_WORKER):
        within |= Q(division__startswith=area)
    return Lead.objects.select_related("model").filter(within, state=LeadState.NEW)


def lead_parts(actor: Actor, lead: Lead) -> frozenset[Part]:
    """Return in which parts this actor may act on the lead."""
    if actor is SYSTEM:
        return frozenset({Part.SYSTEM})
    if _is_about(actor, lead):
        # Whoever it is about answers, and neither visits nor decides, whatever else they are.
        return frozenset({Part.SUBJECT} if lead.told_at else ())
    goes = lead.assigned_to == actor.user_id if lead.assigned_to else _lies_in(lead, areas(actor, Role.FIELD_WORKER))
    held = {
        Part.STEWARD: actor.has(Role.STEWARD, lead.organisation),
        Part.APPROVER: actor.has(Role.APPROVER, lead.organisation),
        Part.DISPATCHER: _lies_in(lead, areas(actor, Role.DISPATCHER)),
        Part.FIELD_WORKER: actor.has(Role.FIELD_WORKER) and goes,
    }
    return frozenset(part for part, is_held in held.items() if is_held)


def _is_about(actor: Actor, lead: Lead) -> bool:
    return actor.subject_key is not None and lead.subject is not None and bytes(lead.subject) == actor.subject_key


def may_open(actor: Actor, lead: Lead) -> bool:
    """True for who goes there, while there is something to do: dispatchers see places, not persons."""
    return lead.assigned_to == actor.user_id and lead.sealed is not None and lead.state not in ENDED_LEADS


def workers_for(leads: Collection[Lead], *, now: datetime) -> list[accounts.Account]:
    """Return who may be sent to all of these places."""
    found = []
    for one in accounts.accounts(now=now):
        held = [role.partition("@")[2] for role in one.roles if role.partition("@")[0] == Role.FIELD_WORKER]
        within = [area for area in map(area_of, held) if area is not None]
        if one.is_active and within and all(_lies_in(lead, within) for lead in leads):
            found.append(one)
    return found


def _lies_in(lead: Lead, within: Collection[str]) -> bool:
    return any(lead.division.startswith(area) for area in within)


def counted_leads(actor: Actor) -> QuerySet[Lead]:
    """Return the leads whose numbers this actor may see: who oversees sees those of all, and nobody's name."""
    return Lead.objects.all() if sees_all(actor) else Lead.objects.filter(_seen_by(actor))


def counts_by_place(actor: Actor, *, within: str, digits: int) -> list[dict[str, Any]]:
    """Return for each place below `within` how many leads there are, visited, settled, and the days until the visit."""
    rows = counted_leads(actor).filter(division__startswith=within)
    waited = ExpressionWrapper(F("visited_at") - F("made_at"), output_field=DurationField())
    return [
        dict(row)
        for row in rows.annotate(place=Substr("division", 1, digits))
        .values("place")
        .annotate(
            found=Count("id"),
            visited=Count("id", filter=Q(visited_at__isnull=False)),
            settled=Count("id", filter=Q(settled_at__isnull=False)),
            waited=Avg(waited),
        )
        .order_by("place")
    ]
