"""A table of a database beside a node, or a folder there. The node writes it and reads it back; its receipt counts.

The password stays at the node, under a name in its `connections.toml`. What is delivered goes sealed to the node, under
an order that the centre signed, and waits where the line is cut. The node keeps a plan's deliveries in their order.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec
from django.utils import timezone

from haihe.data.exchange.delivery.digests import RowsDigest
from haihe.data.exchange.delivery.ports import Changes, Content, DeliveryFailed, Fault, Found, OnTheWay, Target
from haihe.data.exchange.delivery.targets.database import DatabaseSettings
from haihe.data.exchange.delivery.targets.files import FolderSettings, NoSecret
from haihe.data.exchange.nodes import api as nodes

type NodeName = Annotated[str, msgspec.Meta(min_length=3, max_length=32)]
type Connection = Annotated[str, msgspec.Meta(max_length=32, pattern=r"^[\w-]*$")]


class NodeTableSettings(DatabaseSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table as the node reaches it; `connection` names the password at the node."""

    node: NodeName
    connection: Connection = ""


class NodeFolderSettings(FolderSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A folder below the node's `files`."""

    node: NodeName


class NodeTarget:
    """Sends orders to a node and hears what it says of them. `at_node` is the kind of target that works there."""

    secret = NoSecret

    def __init__(self, name: str, settings: type[Any], *, at_node: str, changes: Changes) -> None:
        self.name, self.settings, self._at_node, self.changes = name, settings, at_node, changes

    def check(self, settings: Any, secret: Any) -> None:
        if not nodes.is_joined(settings.node):
            raise DeliveryFailed(Fault.NODE_AWAY)

    def put(self, settings: Any, secret: Any, content: Content) -> Found:
        order = nodes.DeliveryOrder(
            delivery=content.number,
            plan=content.plan,
            columns=content.columns,
            rows=content.rows,
            digest=content.digest,
            sequence=content.sequence,
            mark=content.mark,
            **self._place(settings),
        )
        return _sent_or_found(settings.node, order, content)

    def remove(self, settings: Any, secret: Any, plan: str, numbers: Sequence[str], number: str) -> Found:
        order = nodes.DeliveryOrder(delivery=number, plan=plan, removes=tuple(numbers), **self._place(settings))
        nothing = Content(number, plan, (), 0, RowsDigest().value, lambda: iter(()))
        return _sent_or_found(settings.node, order, nothing)

    def _place(self, settings: Any) -> dict[str, Any]:
        told: dict[str, Any] = msgspec.to_builtins(settings)
        del told["node"]
        return {"kind": self._at_node, "connection": told.pop("connection", ""), "settings": told}


def _sent_or_found(node: str, order: nodes.DeliveryOrder, content: Content) -> Found:
    """Return what the node found; the first time send it. Raises: OnTheWay, DeliveryFailed."""
    now = timezone.now()
    if not nodes.is_joined(node):
        raise DeliveryFailed(Fault.NODE_AWAY)
    told = nodes.taken_receipt(order.delivery, now=now)
    if told is None:
        nodes.order_delivery(node, order, content.batches, now=now)
        raise OnTheWay
    if told.is_open:
        raise OnTheWay
    if told.fault:
        raise DeliveryFailed(_fault_of(told.fault))
    return Found(told.rows, told.digest, f"{node}/{told.where}", told.proof)


def _fault_of(told: str) -> Fault:
    try:
        return Fault(told)
    except ValueError:
        return Fault.INTERNAL


NODE_TABLE: Final[Target] = NodeTarget("node_table", NodeTableSettings, at_node="database", changes=Changes.MERGED)
NODE_FOLDER: Final[Target] = NodeTarget("node_folder", NodeFolderSettings, at_node="folder", changes=Changes.KEPT)
