"""Reads. Who may see what is decided here once: a run belongs to its owner's stewards and approvers, and operators."""

from collections.abc import Collection

from django.db.models import F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.exchange.models import TERMINAL_STATES, FeedRun, Snapshot
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality import api as quality
from haihe.data.exchange.records import FeedRunInfo, SnapshotInfo, feed_run_info, snapshot_info
from haihe.data.exchange.rules import RegisterSchema


def latest_snapshot(resource: str) -> SnapshotInfo | None:
    """Return the snapshot the gateway answers from now; None where nothing was ever published."""
    row = Snapshot.objects.filter(resource=resource, is_current=True).first()
    return snapshot_info(row) if row else None


def latest_snapshots(resources: Collection[str]) -> dict[str, SnapshotInfo]:
    """Return the snapshot of each resource that the gateway answers from now, where there is one."""
    rows = Snapshot.objects.filter(resource__in=resources, is_current=True)
    return {row.resource: snapshot_info(row) for row in rows}


def rows_serving() -> int:
    """Return how many rows all current snapshots hold together."""
    return Snapshot.objects.filter(is_current=True).aggregate(rows=Sum("row_count"))["rows"] or 0


def visible_runs(actor: Actor) -> QuerySet[FeedRun]:
    """Return the runs this actor may know of; others don't exist for them."""
    if actor is SYSTEM or actor.has(Role.OPERATOR):
        return FeedRun.objects.all()
    return FeedRun.objects.filter(owner__in=actor.organisations(Role.STEWARD, Role.APPROVER))


def feed_runs(actor: Actor, *, resource: str | None = None, limit: int = 50) -> list[FeedRunInfo]:
    """Return the newest runs this actor may see, newest first."""
    runs = visible_runs(actor)
    if resource is not None:
        runs = runs.filter(resource=resource)
    return [feed_run_info(row) for row in runs[:limit]]


def visible_registers(actor: Actor) -> list[RegisterSchema]:
    """Return the resources whose feeds this actor may see."""
    return [schema for code, schema in quality.rules_of_all().items() if _sees(actor, owner_of(code))]


def feedable_registers(actor: Actor) -> list[RegisterSchema]:
    """Return the resources this actor may hand files over for."""
    return [schema for code, schema in quality.rules_of_all().items() if actor.has(Role.STEWARD, owner_of(code))]


def is_serving(run: FeedRun) -> bool:
    """True if the gateway answers from this run's rows now."""
    return Snapshot.objects.filter(run=run, is_current=True).exists()


def may_take_rejects(actor: Actor, run: FeedRun) -> bool:
    """True for the owner's people: rejects hold their own rows, whole; operators see them masked only."""
    return actor.has(Role.STEWARD, run.owner) or actor.has(Role.APPROVER, run.owner)


def last_finished(resources: Collection[str], limit: int) -> dict[str, list[FeedRun]]:
    """Return the last finished runs of each resource that had rows, oldest first."""
    finished = FeedRun.objects.filter(resource__in=resources, state__in=TERMINAL_STATES, rows_in__gt=0)
    newest_first = Window(RowNumber(), partition_by=F("resource"), order_by=F("received_at").desc())
    last = finished.annotate(place=newest_first).filter(place__lte=limit).order_by("received_at")
    found: dict[str, list[FeedRun]] = {resource: [] for resource in resources}
    for run in last:
        found[run.resource].append(run)
    return found


def _sees(actor: Actor, owner: str) -> bool:
    return actor is SYSTEM or actor.has(Role.OPERATOR) or owner in actor.organisations(Role.STEWARD, Role.APPROVER)
