"""Targets and plans are made, deliveries follow from snapshots, and end with their grant."""

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.exchange.delivery import granting, secrets
from haihe.data.exchange.delivery.models import (
    OPEN_STATES,
    DataDelivery,
    DeliveryKind,
    DeliveryMove,
    DeliveryPlan,
    DeliveryState,
    DeliveryTarget,
    TargetKind,
)
from haihe.data.exchange.delivery.operations.moving import cancel
from haihe.data.exchange.nodes import api as nodes
from haihe.data.exchange.queries import latest_snapshot
from haihe.data.sharing import api as sharing


class PlanRefused(Exception):
    """There is no such grant for this body, or the target is another plan's."""


def add_target(
    actor: Actor,
    organisation: str,
    *,
    title: str,
    kind: str,
    settings: dict[str, Any],
    secret: dict[str, Any],
    now: datetime,
) -> DeliveryTarget:
    """Register a body's own table or folder. Raises: NotPermitted, SettingsRefused."""
    require(actor, Role.STEWARD, organisation=organisation)
    secrets.checked(kind, settings, secret)
    _check_node(kind, settings, organisation)
    row = DeliveryTarget(
        organisation=organisation,
        title=title,
        kind=kind,
        settings=settings,
        created_by=actor.user_id,
        created_at=now,
    )
    secrets.seal(row, secret)
    row.save(force_insert=True)
    return row


def _check_node(kind: str, settings: dict[str, Any], organisation: str) -> None:
    """A body has rows delivered to its own nodes only. Raises: SettingsRefused."""
    its_nodes = {node.name for node in nodes.nodes_of([organisation])}
    if kind in (TargetKind.NODE_TABLE, TargetKind.NODE_FOLDER) and settings["node"] not in its_nodes:
        raise secrets.SettingsRefused("node")


def add_plan(actor: Actor, *, grant_id: UUID, target_id: UUID, changes: bool = False, now: datetime) -> DeliveryPlan:
    """Have a grant's rows delivered into one's own target from now on; `changes` alone after the first time.

    Raises: NotPermitted, PlanRefused.
    """
    target = DeliveryTarget.objects.filter(pk=target_id).first()
    grant = granting.in_force(grant_id, now=now)
    if target is None or grant is None or grant.organisation != target.organisation:
        raise PlanRefused
    require(actor, Role.STEWARD, organisation=target.organisation)
    service = sharing.service(grant.service)
    if service is None:
        raise PlanRefused
    plan = DeliveryPlan(
        grant=grant.id,
        organisation=grant.organisation,
        owner=grant.owner,
        resource=service.resource,
        target=target,
        within=granting.area_of(grant.organisation),
        changes=changes,
        created_by=actor.user_id,
        created_at=now,
    )
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
            plan_delivery(plan, now=now, by=actor.name)
    except IntegrityError:
        raise PlanRefused from None
    return plan


def plan_delivery(plan: DeliveryPlan, *, now: datetime, by: str = "") -> DataDelivery | None:
    """Plan the delivery of the resource's current snapshot, unless that was done; what still waits is overtaken."""
    snapshot = latest_snapshot(plan.resource)
    if snapshot is None or plan.deliveries.filter(snapshot=snapshot.id, kind=DeliveryKind.PUT).exists():
        return None
    for older in plan.deliveries.filter(state=DeliveryState.WAITING, kind=DeliveryKind.PUT, rows=None):
        cancel(older, now=now)
    return _add(plan, DeliveryKind.PUT, snapshot.id, now, by)


def plan_for_snapshot(resource: str, *, now: datetime) -> int:
    """Plan the deliveries that follow from a new snapshot; return how many."""
    plans = DeliveryPlan.objects.filter(resource=resource, ended_at=None)
    return sum(plan_delivery(plan, now=now) is not None for plan in plans)


def end_plans(grant_id: UUID, *, now: datetime) -> int:
    """A grant has ended: nothing more leaves, and what was delivered is to be taken away; return how many plans end."""
    return sum(
        _end_plan(pk, now=now) for pk in DeliveryPlan.objects.filter(grant=grant_id).values_list("pk", flat=True)
    )


@transaction.atomic
def _end_plan(plan_id: UUID, *, now: datetime) -> bool:
    plan = DeliveryPlan.objects.select_for_update().get(pk=plan_id)
    if plan.ended_at is not None or not granting.has_ended(plan.grant):
        return False
    plan.ended_at = now
    plan.save(update_fields=["ended_at"])
    for open_one in plan.deliveries.filter(state__in=(*OPEN_STATES, DeliveryState.GIVEN_UP), kind=DeliveryKind.PUT):
        cancel(open_one, now=now)
    _add(plan, DeliveryKind.REMOVE, "", now, "")
    return True


def _add(plan: DeliveryPlan, kind: DeliveryKind, snapshot: str, now: datetime, by: str) -> DataDelivery:
    delivery_id = uuid.uuid4()
    row = DataDelivery.objects.create(
        id=delivery_id,
        # The first part is the same for all of a plan: files of one plan know each other by it.
        number=f"{plan.id.hex[:8]}-{now:%Y%m%d}-{delivery_id.hex[:8]}",
        plan=plan,
        kind=kind,
        snapshot=snapshot,
        created_at=now,
        next_try_at=now,
    )
    DeliveryMove.objects.create(delivery=row, name="plan", target=row.state, at=now, by=by)
    return row
