"""Whose lineage is asked for, and by whom: a resource as it serves now, one run, or one snapshot."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.exchange.models import FeedRun, Snapshot
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality.api import rules_of_all
from haihe.data.sharing import api as sharing


class NoLineage(LookupError):
    """There is none, or none that this actor may know of."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What the picture is about. `newest` is a later file than the one that serves, where there is one.

    `is_insider`: may see where the data comes from; whoever was only granted it sees what was granted.
    """

    resource: str
    title: str
    run: FeedRun | None
    snapshot: Snapshot | None
    newest: FeedRun | None
    is_insider: bool
    is_whole: bool

    @property
    def owner(self) -> str:
        return owner_of(self.resource)


def of_resource(actor: Actor, resource: str) -> Focus:
    """Raises: NoLineage."""
    title, insider = _seen(actor, resource)
    snapshot = _snapshots().filter(resource=resource, is_current=True).first()
    newest = FeedRun.objects.filter(resource=resource).first()
    run = snapshot.run if snapshot else newest
    return Focus(resource, title, run, snapshot, newest if newest != run else None, insider, is_whole=True)


def of_run(actor: Actor, run_id: UUID) -> Focus:
    """Raises: NoLineage."""
    run = FeedRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NoLineage
    title, insider = _seen(actor, run.resource)
    if not insider:
        raise NoLineage
    return Focus(run.resource, title, run, _snapshots().filter(run=run).first(), None, insider, is_whole=False)


def of_snapshot(actor: Actor, snapshot_id: str) -> Focus:
    """Raises: NoLineage."""
    snapshot = _snapshots().filter(pk=snapshot_id.replace("\x00", "")).first()
    if snapshot is None:
        raise NoLineage
    title, insider = _seen(actor, snapshot.resource)
    if not insider:
        raise NoLineage
    return Focus(snapshot.resource, title, snapshot.run, snapshot, None, insider, is_whole=False)


def _snapshots() -> QuerySet[Snapshot]:
    return Snapshot.objects.select_related("run", "removed")


def _seen(actor: Actor, resource: str) -> tuple[str, bool]:
    """Return title, and whether this is one of the owner's people or an operator. Raises: NoLineage."""
    schema = rules_of_all().get(resource)
    if schema is None:
        raise NoLineage
    insider = actor is SYSTEM or actor.has(Role.OPERATOR)
    insider = insider or owner_of(resource) in actor.organisations(Role.STEWARD, Role.APPROVER)
    if not insider and not sharing.grants_on(actor, resource)[0]:
        raise NoLineage
    return schema.title, insider
