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
    """Plan the delivery of the resource's current snapshot, unless that was done; what still waits is overtaken.

    A renewal that fits is delivered under as long as nothing was handed over by it.
    """
    snapshot, renewal = latest_snapshot(plan.resource), granting.renewal_of(plan.grant)
    begins = renewal is not None and renewal.state == "PREPARING" and not _differs(plan, renewal)
    grant = renewal.id if renewal and begins else plan.grant
    done = plan.deliveries.filter(kind=DeliveryKind.PUT, grant=grant)
    if snapshot is None or done.filter(snapshot=snapshot.id).exists():
        return None
    for older in plan.deliveries.filter(state=DeliveryState.WAITING, kind=DeliveryKind.PUT, rows=None):
        cancel(older, now=now)
    return _add(plan, DeliveryKind.PUT, snapshot.id, now, by, grant=grant)


def plan_for_snapshot(resource: str, *, now: datetime) -> int:
    """Plan the deliveries that follow from a new snapshot; return how many."""
    plans = DeliveryPlan.objects.filter(resource=resource, ended_at=None, held="")
    return sum(plan_delivery(plan, now=now) is not None for plan in plans)


def end_plans(grant_id: UUID, *, now: datetime) -> int:
    """A grant has ended: nothing more leaves under it. A renewal goes on with its plans; without one what was delivered
    is to be taken away. Return for how many plans there is something to do.
    """
    plans = DeliveryPlan.objects.filter(grant=grant_id).values_list("pk", flat=True)
    return sum(_end_plan(pk, now=now) for pk in plans)


def follow_renewal(grant_id: UUID, *, now: datetime) -> int:
    """A grant has changed that may renew another: deliver under it what that one's plans deliver, from now on or once
    that ends. Return for how many plans there is something to do.
    """
    before = sharing.renewed_by(grant_id)
    if before is None:
        return 0
    plans = DeliveryPlan.objects.filter(grant=before, ended_at=None)
    return end_plans(before, now=now) + sum(plan_delivery(plan, now=now) is not None for plan in plans)


@transaction.atomic
def accept_renewal(actor: Actor, plan_id: UUID, *, now: datetime) -> None:
    """Let a plan go on under a renewed grant that lets out other columns or rows. Raises: NotPermitted, PlanRefused."""
    plan = DeliveryPlan.objects.select_for_update().select_related("target").get(pk=plan_id)
    require(actor, Role.STEWARD, organisation=plan.organisation)
    renewal = granting.renewal_of(plan.grant)
    if renewal is None or not plan.held or plan.ended_at is not None:
        raise PlanRefused
    plan.accepted, plan.within = renewal.id, granting.area_of(renewal.organisation)
    _go_on(plan, renewal, now=now, by=actor.name)


def _differs(plan: DeliveryPlan, renewal: sharing.GrantInfo) -> str:
    return "" if plan.accepted == renewal.id else granting.differs(plan.grant, renewal, plan.within)


def _go_on(plan: DeliveryPlan, renewal: sharing.GrantInfo, *, now: datetime, by: str = "") -> None:
    """Have the plan, whose row is locked and whose grant has ended, go on under a renewal, or wait for a steward."""
    plan.held = _differs(plan, renewal)
    if not plan.held:
        plan.deliveries.filter(grant=None).update(grant=plan.grant)
        plan.first_grant, plan.grant = plan.key_grant, renewal.id
    plan.save()
    for open_one in plan.deliveries.filter(state__in=OPEN_STATES, kind=DeliveryKind.PUT).exclude(grant=renewal.id):
        cancel(open_one, now=now)
    if not plan.held:
        plan_delivery(plan, now=now, by=by)


@transaction.atomic
def _end_plan(plan_id: UUID, *, now: datetime) -> bool:
    plan = DeliveryPlan.objects.select_for_update(of=("self",)).select_related("target").get(pk=plan_id)
    if plan.ended_at is not None or not granting.has_ended(plan.grant):
        return False
    if renewal := granting.renewal_of(plan.grant):
        _go_on(plan, renewal, now=now)
        return True
    plan.ended_at = now
    plan.save(update_fields=["ended_at"])
    for open_one in plan.deliveries.filter(state__in=(*OPEN_STATES, DeliveryState.GIVEN_UP), kind=DeliveryKind.PUT):
        cancel(open_one, now=now)
    _add(plan, DeliveryKind.REMOVE, "", now, "")
    return True


def _add(
    plan: DeliveryPlan, kind: DeliveryKind, snapshot: str, now: datetime, by: str, *, grant: UUID | None = None
) -> DataDelivery:
    delivery_id = uuid.uuid4()
    row = DataDelivery.objects.create(
        id=delivery_id,
        # The first part is the same for all of a plan: files of one plan know each other by it.
        number=f"{plan.id.hex[:8]}-{now:%Y%m%d}-{delivery_id.hex[:8]}",
        plan=plan,
        kind=kind,
        grant=grant or plan.grant,
        snapshot=snapshot,
        created_at=now,
        next_try_at=now,
    )
    DeliveryMove.objects.create(delivery=row, name="plan", target=row.state, at=now, by=by)
    return row
