"""How long links have been cut, and how long what waits at a node has waited, for the rules of `base/watch`."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from haihe.base.watch import api as watch
from haihe.data.exchange.nodes.models import Node, NodeState
from haihe.data.exchange.nodes.queries import SILENT_AFTER


@watch.probe("node-silent")
def node_silent(now: datetime) -> Iterable[watch.Reading]:
    """Return the seconds since each node that was ever connected was last heard, beyond those that are usual."""
    return [_reading(node, _beyond(now, node.seen_at)) for node in _connected()]


@watch.probe("node-backlog")
def node_backlog(now: datetime) -> Iterable[watch.Reading]:
    """Return how long the oldest thing waits at each node whose line is there."""
    heard = [node for node in _connected() if not _beyond(now, node.seen_at)]
    return [_reading(node, _since(now, node.up_oldest_at)) for node in heard]


def _connected() -> list[Node]:
    return list(Node.objects.filter(state=NodeState.JOINED, seen_at__isnull=False))


def _reading(node: Node, value: float) -> watch.Reading:
    path = reverse("exchange:nodes:node", args=[node.name])
    return watch.Reading(value, node.name, node.title, node.organisation, path)


def _beyond(now: datetime, seen_at: datetime | None) -> float:
    silent = _since(now, seen_at)
    return silent if silent > SILENT_AFTER.total_seconds() else 0.0


def _since(now: datetime, moment: datetime | None) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0
