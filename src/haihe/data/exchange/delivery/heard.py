"""What delivery hears: new snapshots, and grants that end or are renewed."""

from uuid import UUID

from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.data.exchange.events import SNAPSHOT_PUBLISHED
from haihe.data.exchange.nodes import api as nodes
from haihe.data.sharing import api as sharing


@outbox.subscribe(SNAPSHOT_PUBLISHED)
def deliver_new_snapshot(event: dict[str, str]) -> None:
    from haihe.data.exchange.delivery.operations.planning import plan_for_snapshot
    from haihe.data.exchange.delivery.tasks import deliver_now

    if plan_for_snapshot(event["resource"], now=timezone.now()):
        deliver_now.defer()


@outbox.subscribe(nodes.DELIVERY_TOLD)
def hear_a_receipt(event: dict[str, str]) -> None:
    from haihe.data.exchange.delivery.operations.delivering import look_again
    from haihe.data.exchange.delivery.tasks import deliver_now

    if look_again(event["delivery"], now=timezone.now()):
        deliver_now.defer()


@outbox.subscribe(sharing.GRANT_CHANGED)
def follow_a_grant(event: dict[str, str]) -> None:
    from haihe.data.exchange.delivery.operations.planning import end_plans, follow_renewal
    from haihe.data.exchange.delivery.tasks import deliver_now

    grant, now = UUID(event["grant"]), timezone.now()
    if end_plans(grant, now=now) + follow_renewal(grant, now=now):
        deliver_now.defer()
