"""Reads. Operators see all nodes; stewards and approvers those of their organisation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.exchange.nodes.models import Dispatch, DispatchState, Node, NodeKey, NodeState, Transfer, TransferState

_ROOM_BYTES = 16 * 1024**2
_GRACE = timedelta(minutes=2)
SILENT_AFTER = timedelta(seconds=20)
"""A node is heard every three seconds; beyond this its line counts as broken."""
LATE_AFTER = timedelta(minutes=5)
"""So long may what a node has fetched wait for the line, while that is there."""


def visible_nodes(actor: Actor) -> QuerySet[Node]:
    """Return the nodes this actor may know of; others don't exist for them."""
    if actor is SYSTEM or actor.has(Role.OPERATOR):
        return Node.objects.all()
    return Node.objects.filter(organisation__in=actor.organisations(Role.STEWARD, Role.APPROVER))


def joined() -> list[str]:
    """Return the names of all nodes that are let in."""
    return list(Node.objects.filter(state=NodeState.JOINED).values_list("pk", flat=True))


def new_orders() -> dict[str, int]:
    """Return the numbers of orders that nodes don't work by yet, as far as is known."""
    rows = Node.objects.filter(state=NodeState.JOINED, orders__gt=F("orders_in_force"))
    return dict(rows.values_list("pk", "orders"))


def revoked_users(*, now: datetime) -> dict[str, int]:
    """Return whom the hub must keep out, with the second up to which what was issued to them is void."""
    rows = NodeKey.objects.filter(revoked_at__isnull=False, claims_expire_at__gt=now)
    ended = rows.values_list("user", "revoked_at").order_by("revoked_at")
    return {user: int(at.timestamp()) for user, at in ended if at is not None}


def arrived_before(now: datetime) -> list[UUID]:
    """Return the transfers that have waited for a worker longer than they should."""
    rows = Transfer.objects.filter(state=TransferState.ARRIVED, begun_at__lt=now - _GRACE)
    return list(rows.values_list("pk", flat=True))


def node_of(actor: Actor, name: str) -> Node | None:
    """Return one node, if this actor may know of it."""
    return visible_nodes(actor).select_related("parent").filter(pk=name).first()


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a file that was sent to a node stands; `ended_at` is when the node's receipt came."""

    state: str
    ended_at: datetime | None
    reason: str


def receipt_of(dispatch: UUID) -> Receipt:
    """Return how a file that was sent stands. Raises: Dispatch.DoesNotExist."""
    row = Dispatch.objects.get(pk=dispatch)
    return Receipt(row.state, row.ended_at, row.reason)


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """A node that deliveries may go to."""

    name: str
    title: str
    organisation: str


def nodes_of(organisations: Collection[str]) -> list[NodeInfo]:
    """Return the nodes of these organisations that are let in."""
    rows = Node.objects.filter(organisation__in=organisations, state=NodeState.JOINED)
    return [NodeInfo(row.name, row.title, row.organisation) for row in rows]


def is_joined(name: str) -> bool:
    return Node.objects.filter(pk=name, state=NodeState.JOINED).exists()


def takes_changes(name: str) -> bool:
    """Whether a node said of itself that it can bring changes alone; one of an older version can't."""
    return Node.objects.filter(pk=name, takes_changes=True).exists()


def trouble_with(delivery: str) -> tuple[str, str]:
    """Return where a delivery stands on its way to a node (a `DispatchState`, or empty), and what holds it up there."""
    row = Dispatch.objects.filter(delivery=delivery, ended_at=None).first()
    return (row.state, row.trouble) if row else ("", "")


def to_be_sent_to() -> set[str]:
    """Return the nodes for which something waits to be sent."""
    return set(Dispatch.objects.filter(state=DispatchState.WAITING).values_list("node", flat=True))


def has_room_for(dispatch: Dispatch) -> bool:
    """Whether the node has room: it keeps what comes in its store, gathers it, and writes it out."""
    free = dispatch.node.disk_free_bytes
    return free is None or free >= 3 * dispatch.size_bytes + _ROOM_BYTES


def waiting_dispatches(node: str, *, limit: int = 20) -> list[Dispatch]:
    """Return what is to be sent to a node, the oldest first."""
    rows = Dispatch.objects.filter(node=node, state=DispatchState.WAITING).select_related("node")
    return list(rows[:limit])
