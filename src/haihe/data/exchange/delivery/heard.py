"""What delivery hears: new snapshots, and grants that end."""

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
def take_away_what_ended(event: dict[str, str]) -> None:
    from haihe.data.exchange.delivery.operations.planning import end_plans
    from haihe.data.exchange.delivery.tasks import deliver_now

    if end_plans(UUID(event["grant"]), now=timezone.now()):
        deliver_now.defer()
