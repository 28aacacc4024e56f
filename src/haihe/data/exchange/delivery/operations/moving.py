"""One step of a delivery, and the lock that lets one process at a time work on it."""

from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from haihe.base.jobs import api as jobs
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryMove
from haihe.data.exchange.delivery.workflow import DELIVERY
from haihe.data.exchange.nodes import api as nodes

_LOCK_SPACE = 0x44454C56


def move(
    delivery_id: UUID, name: str, *, now: datetime, by: str = "", fault: str = "", **fields: object
) -> DataDelivery:
    """Make one move and write it down; `fields` are set with it. Raises: ForbiddenMove."""
    with transaction.atomic():
        row = DataDelivery.objects.select_for_update(of=("self",)).select_related("plan__target").get(pk=delivery_id)
        row.state = DELIVERY.move(row.state, name).target
        row.fault = fault
        for field, value in fields.items():
            setattr(row, field, value)
        if not row.is_open:
            row.finished_at, row.next_try_at = now, None
        row.save()
        DeliveryMove.objects.create(delivery=row, name=name, target=row.state, fault=fault, at=now, by=by)
        return row


def cancel(row: DataDelivery, *, now: datetime) -> None:
    """End a delivery before it is done; what hasn't left for a node yet stays here. Raises: ForbiddenMove."""
    with transaction.atomic():
        if row.plan.target.is_at_a_node:
            nodes.withdraw(row.number, now=now)
        move(row.id, "cancel", now=now)


def alone(plan_id: UUID) -> AbstractContextManager[bool]:
    """Hold the plan's lock on this session; yields False where another process works on it."""
    return jobs.holding(_LOCK_SPACE, str(plan_id))
