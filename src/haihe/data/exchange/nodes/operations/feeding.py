"""What a node is to fetch."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.connectors.ports import BringsOnlyChanges
from haihe.data.exchange.nodes.errors import InputRefused, NotFound
from haihe.data.exchange.nodes.models import Node, NodeFeed
from haihe.data.exchange.nodes.operations.noting import note
from haihe.data.exchange.nodes.workflow import Part
from haihe.data.exchange.ownership import owner_of


@transaction.atomic
def order_feed(
    *,
    actor: Actor,
    node: str,
    resource: str,
    connector: str,
    settings: dict[str, object],
    every_s: int,
    connection: str = "",
    now: datetime,
) -> UUID:
    """Order a node to fetch for a resource of its own organisation. Raises: NotPermitted, NotFound, InputRefused."""
    require(actor, Role.OPERATOR)
    row = Node.objects.select_for_update(of=("self",)).filter(pk=node).first()
    if row is None:
        raise NotFound(node)
    if owner_of(resource) != row.organisation:
        raise InputRefused(_("只能采集前置机所在单位自己的数据资源。"))
    _check_settings(connector, settings)
    feed = NodeFeed.objects.create(
        node=row,
        resource=resource,
        connector=connector,
        settings=settings,
        every_s=every_s,
        connection=connection,
        created_at=now,
    )
    change_orders(row)
    note(row, "order_feed", part=Part.AUTHORITY, actor=actor, now=now, resource=resource, connector=connector)
    return feed.id


@transaction.atomic
def stop_feed(*, actor: Actor, feed_id: UUID, now: datetime) -> str:
    """Have a node fetch something no longer; return the node's name. Raises: NotPermitted, NotFound."""
    require(actor, Role.OPERATOR)
    feed = NodeFeed.objects.select_for_update(of=("self",)).select_related("node").filter(pk=feed_id).first()
    if feed is None:
        raise NotFound(feed_id)
    if feed.enabled:
        feed.enabled = False
        feed.save(update_fields=["enabled"])
        change_orders(feed.node)
        note(feed.node, "stop_feed", part=Part.AUTHORITY, actor=actor, now=now, resource=feed.resource)
    return feed.node_id


@transaction.atomic
def fetch_anew(*, actor: Actor, feed_id: UUID, now: datetime) -> str:
    """Have a node fetch and send a feed's rows once more from the start; return the node's name.

    Operators and the stewards of the node's own organisation may. Raises: NotFound, also for what isn't theirs.
    """
    feed = NodeFeed.objects.select_for_update(of=("self",)).select_related("node").filter(pk=feed_id).first()
    if feed is None or not feed.enabled or not may_fetch_anew(actor, feed.node):
        raise NotFound(feed_id)
    feed.anew += 1
    feed.save(update_fields=["anew"])
    change_orders(feed.node)
    part = Part.AUTHORITY if actor.has(Role.OPERATOR) else Part.OWNER
    note(feed.node, "fetch_anew", part=part, actor=actor, now=now, resource=feed.resource)
    return feed.node_id


def may_fetch_anew(actor: Actor, node: Node) -> bool:
    return actor.has(Role.OPERATOR) or actor.has(Role.STEWARD, node.organisation)


def change_orders(node: Node) -> None:
    """Number the node's orders anew: it is sent them as soon as it is heard of."""
    Node.objects.filter(pk=node.pk).update(orders=F("orders") + 1)


def _check_settings(connector: str, settings: dict[str, object]) -> None:
    """Raises: InputRefused."""
    if connector not in CONNECTORS:
        raise InputRefused(_("没有这种采集方式。"))
    if isinstance(CONNECTORS[connector], BringsOnlyChanges):
        raise InputRefused(_("消息流由大数据中心直接取，不经前置机。"))
    try:
        read_as(settings, CONNECTORS[connector].settings)
    except FetchFailed as fault:
        raise InputRefused(fault.sentence) from None
