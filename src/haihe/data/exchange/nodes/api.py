"""What neighbours may use of the nodes."""

from haihe.data.exchange.nodes.bridge.main import run as run_bridge
from haihe.data.exchange.nodes.errors import InputRefused, NotFound
from haihe.data.exchange.nodes.events import DELIVERY_TOLD
from haihe.data.exchange.nodes.operations import Told, order_delivery, order_feed, send, taken_receipt, withdraw
from haihe.data.exchange.nodes.queries import (
    NodeInfo,
    Receipt,
    is_joined,
    nodes_of,
    receipt_of,
    takes_changes,
    trouble_with,
)
from haihe.data.exchange.nodes.wire import DeliveryOrder

__all__ = [
    "DELIVERY_TOLD",
    "DeliveryOrder",
    "InputRefused",
    "NodeInfo",
    "NotFound",
    "Receipt",
    "Told",
    "is_joined",
    "nodes_of",
    "order_delivery",
    "order_feed",
    "receipt_of",
    "run_bridge",
    "send",
    "taken_receipt",
    "takes_changes",
    "trouble_with",
    "withdraw",
]
