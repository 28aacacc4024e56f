"""Reads: the snapshots of a register over time, for its owner's people and the operators."""

from datetime import datetime

from django.db.models import QuerySet

from haihe.base.accounts.api import Actor
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.queries import visible_registers
from haihe.data.exchange.records import SnapshotInfo, snapshot_info
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.versions.keeping import DEFAULT, Retention
from haihe.data.exchange.versions.models import SnapshotRetention


class NoSuchRegister(LookupError):
    """There is none, or none that this actor may know of."""


def register_for(actor: Actor, resource: str) -> RegisterSchema:
    """Raises: NoSuchRegister."""
    found = next((one for one in visible_registers(actor) if one.resource == resource), None)
    if found is None:
        raise NoSuchRegister(resource)
    return found


def snapshots_of(resource: str) -> QuerySet[Snapshot]:
    """Return all snapshots there ever were, the newest first; of the removed ones only the rows are left."""
    return Snapshot.objects.select_related("run", "removed").filter(resource=resource).order_by("-created_at", "-id")


def snapshot_as_of(resource: str, moment: datetime) -> SnapshotInfo | None:
    """Return what was answered from at that moment; None if nothing was, or its files were removed since."""
    row = snapshots_of(resource).filter(created_at__lte=moment).first()
    return snapshot_info(row) if row and not hasattr(row, "removed") else None


def retention_of(resource: str) -> Retention:
    """Return the resource's own retention, else the city's."""
    rows = {row.resource: row for row in SnapshotRetention.objects.filter(resource__in=[resource, ""])}
    row = rows.get(resource) or rows.get("")
    return Retention(row.keep_days, row.keep_newest, row.keep_months) if row else DEFAULT


def own_retention(resource: str) -> SnapshotRetention | None:
    return SnapshotRetention.objects.filter(resource=resource).first()
