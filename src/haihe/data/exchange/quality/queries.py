"""Reads of quality; never write. Who sees what: the owner's stewards and approvers, and operators."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Avg, Count, QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.base.keys.api import keyring
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import places
from haihe.data.exchange.formats import FORMATS
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.looking import Look, look_at
from haihe.data.exchange.quality.models import QualityReport, RejectReturn, RuleState, RuleVersion
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


@dataclass(frozen=True, slots=True)
class OwnersScore:
    """How good one department's data is on average, over how many resources."""

    owner: str
    resources: int
    mean: float


def latest_reports(actor: Actor, *, owner: str = "") -> QuerySet[QualityReport]:
    """Return the last report of each resource this actor may see, the worst first."""
    seen = _visible_reports(actor)
    if owner:
        seen = seen.filter(run__owner=owner)
    last = seen.order_by("resource", "-made_at").distinct("resource").values("pk")
    return QualityReport.objects.filter(pk__in=last).select_related("run", "rules").order_by("total", "resource")


def owners_scores(actor: Actor) -> list[OwnersScore]:
    """Return the mean of each owner's last reports, the best first."""
    rows = (
        latest_reports(actor)
        .order_by()
        .values("run__owner")
        .annotate(resources=Count("pk"), mean=Avg("total"))
        .order_by("-mean", "run__owner")
    )
    return [OwnersScore(row["run__owner"], row["resources"], round(row["mean"], 2)) for row in rows]


def last_reports(resource: str, most: int, *, until: datetime) -> list[QualityReport]:
    """Return a resource's last reports with scores up to a moment, oldest first."""
    found = QualityReport.objects.filter(resource=resource, total__isnull=False, made_at__lte=until)
    return list(found.select_related("run").order_by("-made_at")[:most])[::-1]


def held_runs(actor: Actor) -> list[FeedRun]:
    """Return the runs that wait for a decision and that this actor may know of, oldest first."""
    held = FeedRun.objects.filter(state=RunState.HELD).order_by("received_at")
    return [run for run in held if may_see(actor, run.resource)]


def _visible_reports(actor: Actor) -> QuerySet[QualityReport]:
    scored = QualityReport.objects.filter(total__isnull=False)
    if actor is SYSTEM or actor.has(Role.OPERATOR):
        return scored
    return scored.filter(run__owner__in=actor.organisations(Role.STEWARD, Role.APPROVER))


def visible_returns(actor: Actor) -> QuerySet[RejectReturn]:
    """Return what was sent back that this actor may know of, newest first."""
    rows = RejectReturn.objects.select_related("run", "settled_run")
    if actor is SYSTEM or actor.has(Role.OPERATOR):
        return rows
    return rows.filter(owner__in=actor.organisations(Role.STEWARD, Role.APPROVER))


def may_take(actor: Actor, resource: str) -> bool:
    """True for the owner's people: rejects hold their own rows, whole."""
    return owner_of(resource) in actor.organisations(Role.STEWARD, Role.APPROVER)
