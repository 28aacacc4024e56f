"""Reads. A delivery belongs to its consumer's and its owner's people, and to operators; a target to its consumer's."""

from uuid import UUID

from django.db.models import Q, QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.exchange.delivery.granting import may_be_delivered
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryPlan, DeliveryTarget
from haihe.data.sharing import api as sharing

_OFFICE = (Role.STEWARD, Role.APPROVER)


def visible_deliveries(actor: Actor) -> QuerySet[DataDelivery]:
    """Return the deliveries this actor may know of, the newest first."""
    rows = DataDelivery.objects.select_related("plan__target")
    if actor is SYSTEM or actor.has(Role.OPERATOR):
        return rows
    mine = actor.organisations(*_OFFICE)
    return rows.filter(Q(plan__organisation__in=mine) | Q(plan__owner__in=mine))


def visible_targets(actor: Actor) -> QuerySet[DeliveryTarget]:
    """Return the targets of one's own department, the operators' view included."""
    rows = DeliveryTarget.objects.all()
    if actor is SYSTEM or actor.has(Role.OPERATOR):
        return rows
    return rows.filter(organisation__in=actor.organisations(*_OFFICE))


def resources_by_target(actor: Actor) -> dict[UUID, str]:
    """Return which resource is delivered into which of the targets that this actor may know of."""
    plans = DeliveryPlan.objects.filter(ended_at=None, target__in=visible_targets(actor))
    return dict(plans.values_list("target", "resource"))


def held_plans(actor: Actor) -> list[DeliveryPlan]:
    """Return one's own plans that wait until somebody accepts what a renewed grant lets out otherwise."""
    rows = DeliveryPlan.objects.filter(ended_at=None, target__in=visible_targets(actor)).exclude(held="")
    return list(rows.select_related("target"))


def free_targets(actor: Actor) -> QuerySet[DeliveryTarget]:
    """Return the targets of one's own department that no plan uses."""
    used = DeliveryPlan.objects.filter(ended_at=None).values("target")
    mine = DeliveryTarget.objects.filter(organisation__in=actor.organisations(Role.STEWARD))
    return mine.exclude(pk__in=used)


def deliverable_grants(actor: Actor) -> list[sharing.GrantInfo]:
    """Return one's own grants of batches and files that are agreed and haven't ended."""
    mine = sorted(actor.organisations(Role.STEWARD))
    grants = [grant for code in mine for grant in sharing.grants_of(code)]
    return [g for g in grants if may_be_delivered(g) and g.state in {"PREPARING", "RECEIVING", "ACTIVE"}]
