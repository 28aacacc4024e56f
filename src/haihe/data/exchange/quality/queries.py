"""Reads of quality; never write. Who sees what: the owner's stewards and approvers, and operators."""

from dataclasses import dataclass
from uuid import UUID

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.base.keys.api import keyring
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import places
from haihe.data.exchange.formats import FORMATS
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.looking import Look, look_at
from haihe.data.exchange.quality.models import QualityReport, RuleState, RuleVersion
from haihe.data.exchange.quality.preparing import known_titles
from haihe.data.exchange.received import open_sealed
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


class NotHeld(Exception):
    """The run doesn't wait for a decision (any more), or not of this actor."""


def report_of(actor: Actor, run_id: UUID) -> QualityReport:
    """Return what is known of a run's quality. Raises: NotHeld where there is none for this actor."""
    report = QualityReport.objects.select_related("run", "rules", "mapping").filter(pk=run_id).first()
    if report is None or not may_see(actor, report.resource):
        raise NotHeld
    return report


def held_report(actor: Actor, run_id: UUID) -> QualityReport:
    """Return the report of a run that waits for this steward. Raises: NotHeld."""
    report = report_of(actor, run_id)
    if report.run.state != RunState.HELD or not may_keep(actor, report.resource):
        raise NotHeld
    return report


def look_of(run: FeedRun) -> Look:
    """Look at a held run's file again: nothing of it is kept elsewhere. Raises: FileRefused, KeyringError."""
    source = open_sealed(places.received_file(run), keyring=keyring(), context=f"feed:{run.id}")
    return look_at(source, FORMATS[run.format], known_titles(run.resource, rulebook.rules_of(run.resource)))
