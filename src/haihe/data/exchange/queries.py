"""Reads. Who may see what is decided here once: a run belongs to its owner's stewards and approvers, and operators."""

from django.db.models import QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.exchange.models import FeedRun, Snapshot
from haihe.data.exchange.records import FeedRunInfo, SnapshotInfo, feed_run_info, snapshot_info


def latest_snapshot(resource: str) -> SnapshotInfo | None:
    """Return the snapshot the gateway answers from now; None where nothing was ever published."""
    row = Snapshot.objects.filter(resource=resource, is_current=True).first()
    return snapshot_info(row) if row else None


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
