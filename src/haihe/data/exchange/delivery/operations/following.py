"""What a delivery follows: changes alone fit only what is surely at the target, let out in the same way."""

from haihe.data.exchange.delivery.changes import Base
from haihe.data.exchange.delivery.content import GrantedRows, Measured
from haihe.data.exchange.delivery.models import (
    OPEN_STATES,
    DataDelivery,
    DeliveryKind,
    DeliveryState,
    DeliveryTarget,
)
from haihe.data.exchange.lake import SnapshotDamaged
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.nodes import api as nodes
from haihe.data.exchange.reading import layout_of
from haihe.data.exchange.records import SnapshotInfo, snapshot_info


def overtaken(row: DataDelivery) -> bool:
    """Say whether a later snapshot is at the target already: what is older must not come over it."""
    later = row.plan.deliveries.filter(kind=DeliveryKind.PUT, state=DeliveryState.DONE)
    return later.filter(created_at__gt=row.created_at).exists()


def waits_for_receipt(row: DataDelivery) -> bool:
    """Say whether changes must wait for the delivery before, which a node has or gets: what has changed is told from
    what is surely there. Once its receipt is here all changes since then leave as one delivery, the newest snapshot's.
    """
    plan = row.plan
    if not plan.changes or not plan.target.is_at_a_node:
        return False
    return plan.deliveries.filter(kind=DeliveryKind.PUT, state__in=OPEN_STATES, created_at__lt=row.created_at).exists()


def base_of(row: DataDelivery, rows: GrantedRows) -> Base | None:
    """Return what changes alone can be brought over; None: the whole is brought.

    That is so the first time, where a node's version can't bring them, where the last delivery isn't surely at the
    target or let rows out in another way, where its snapshot is gone, and where rows have no key.
    """
    plan = row.plan
    if not plan.changes or not _takes_changes(plan.target) or row.was_widened:
        return None
    if row.state == DeliveryState.RECORDED and not row.changes:
        return None
    last = _last_before(row)
    if last is None or last.state != DeliveryState.DONE or last.shape != rows.shape or not rows.has_key:
        return None
    before = Snapshot.objects.filter(pk=last.snapshot, removed=None).first()
    if before is None or not _are_told_apart_alike(snapshot_info(before), rows.snapshot):
        return None
    return Base(snapshot_info(before), Measured(last.rows or 0, last.digest), last.changes.get("sequence", 0) + 1)


def _takes_changes(target: DeliveryTarget) -> bool:
    return not target.is_at_a_node or nodes.takes_changes(str(target.settings["node"]))


def _are_told_apart_alike(before: SnapshotInfo, after: SnapshotInfo) -> bool:
    """Whether both have the same key; what can't be read is no base."""
    try:
        return layout_of(before).key == layout_of(after).key
    except SnapshotDamaged:
        return False


def _last_before(row: DataDelivery) -> DataDelivery | None:
    """Return the delivery before that may have had an effect: what was cancelled before it was on record had none."""
    before = row.plan.deliveries.filter(kind=DeliveryKind.PUT, created_at__lt=row.created_at).exclude(rows=None)
    return before.order_by("-created_at").first()
