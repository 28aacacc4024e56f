"""Reads of quality; never write. Who sees what: the owner's stewards and approvers, and operators."""

from dataclasses import dataclass

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.models import RuleState, RuleVersion
from haihe.data.exchange.rules import RegisterSchema


@dataclass(frozen=True, slots=True)
class Candidate:
    """A published entry of one's own that has no rules yet."""

    resource: str
    title: str
    items: int


def may_see(actor: Actor, resource: str) -> bool:
    """True for those who may know of a resource's rules and reports."""
    if actor is SYSTEM or actor.has(Role.OPERATOR):
        return True
    return owner_of(resource) in actor.organisations(Role.STEWARD, Role.APPROVER)


def may_keep(actor: Actor, resource: str) -> bool:
    """True for those who make and confirm a resource's rules."""
    return actor.has(Role.STEWARD, owner_of(resource))


def visible_schemas(actor: Actor) -> list[RegisterSchema]:
    """Return the row rules of all resources this actor may see."""
    return [schema for code, schema in rulebook.rules_of_all().items() if may_see(actor, code)]


def visible_drafts(actor: Actor) -> dict[str, RuleVersion]:
    """Return the drafts this actor may see, by resource."""
    drafts = RuleVersion.objects.filter(state=RuleState.DRAFT)
    return {each.resource: each for each in drafts if may_see(actor, each.resource)}


def candidates(actor: Actor, search: str) -> list[Candidate]:
    """Return published entries of the actor's own departments without rules or draft, with the text in their title."""
    mine = actor.organisations(Role.STEWARD)
    known = {*rulebook.rules_of_all(), *visible_drafts(actor)}
    entries = [entry for owner in sorted(mine) for entry in catalogue.published_resources(owner=owner)]
    return [
        Candidate(entry.code, entry.title, len(entry.items))
        for entry in entries
        if entry.items and entry.code not in known and search in entry.title
    ]


def versions_of(resource: str) -> list[RuleVersion]:
    """Return all versions of a resource's rules, newest first."""
    return list(RuleVersion.objects.filter(resource=resource))
