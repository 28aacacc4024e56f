"""Reads of needs and demands."""

import re
from typing import Final

from django.db.models import Q, QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.catalogue.errors import CatalogueError
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.needs.models import Demand, Needs
from haihe.data.catalogue.needs.records import NeedsEntry, needs_entry
from haihe.data.catalogue.queries import Filters, find_resources, visible_resources
from haihe.data.catalogue.records import ResourceEntry, resource_entry

_PAPER_WORDS = re.compile(r"(?:证明材料|证明信|证明书|证明|证书|证件|证|原件|复印件|材料|[（(].*?[）)])")
_MOST_SUGGESTED: Final = 5


def needs_entries(*, organisation: str = "") -> list[NeedsEntry]:
    """Return the items whose papers are known, all or one department's. Anybody may know them: guides are public."""
    rows = _with_papers().filter(organisation=organisation) if organisation else _with_papers()
    return [needs_entry(row) for row in rows]


def needs_of(code: str) -> NeedsEntry | None:
    """Return one item, or None."""
    row = _with_papers().filter(code=code).first()
    return needs_entry(row) if row else None


def resources_named(codes: set[str]) -> dict[str, ResourceEntry]:
    """Return the entries of these codes in any state, for a judgement; what isn't published is not to be shown."""
    rows = Resource.objects.filter(code__in=codes).prefetch_related("items").defer("found", "ranked")
    return {row.code: resource_entry(row) for row in rows}


def suggested(actor: Actor, title: str, asks: str = "") -> list[ResourceEntry]:
    """Return the entries this actor may know of that look as if they proved the paper, the likeliest first.

    Searched by its name, by its name without the words that all papers share (证明, 复印件), and by what must be known.
    """
    found: dict[str, ResourceEntry] = {}
    for typed in dict.fromkeys((title, _PAPER_WORDS.sub("", title), asks)):
        if not typed.strip():
            continue
        strict = find_resources(actor, Filters(search=typed[:60]))
        for row in strict.rows.prefetch_related("items")[:_MOST_SUGGESTED] if not strict.loosely else ():
            found.setdefault(row.code, resource_entry(row))
    if not found:
        loose = find_resources(actor, Filters(search=(_PAPER_WORDS.sub("", title) or title)[:60]))
        found = {row.code: resource_entry(row) for row in loose.rows.prefetch_related("items")[:_MOST_SUGGESTED]}
    return list(found.values())[:_MOST_SUGGESTED]


def may_edit(actor: Actor, organisation: str) -> bool:
    """True for the stewards of the item's department and the data centre."""
    return actor is SYSTEM or actor.has(Role.STEWARD, organisation) or actor.has(Role.OPERATOR)


def may_answer(actor: Actor, demand: Demand) -> bool:
    return actor.has(Role.STEWARD, demand.owner) or actor.has(Role.APPROVER, demand.owner)


def visible_demands(actor: Actor) -> "QuerySet[Demand]":
    """Return the demands that one's department asked or is asked; all for the data centre and the auditor."""
    if actor is SYSTEM or actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR):
        return Demand.objects.all()
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    return Demand.objects.filter(Q(organisation__in=mine) | Q(owner__in=mine))


def demand_for(actor: Actor, number: str) -> Demand:
    """Raises: DemandNotFound, for a strange number and for what this actor may not know of alike."""
    row = visible_demands(actor).filter(number=number).first()
    if row is None:
        raise DemandNotFound
    return row


def is_visible(actor: Actor, code: str) -> bool:
    return visible_resources(actor).filter(code=code).exists()


class DemandNotFound(CatalogueError):
    """No such demand, or none that this actor may know of."""

    def __init__(self) -> None:
        super().__init__("")


def _with_papers() -> "QuerySet[Needs]":
    return Needs.objects.prefetch_related("papers__demands", "papers__needs")
