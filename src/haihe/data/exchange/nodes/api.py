"""What neighbours may use of the nodes."""

from haihe.data.exchange.nodes.bridge.main import run as run_bridge
from haihe.data.exchange.nodes.errors import InputRefused, NotFound
from haihe.data.exchange.nodes.operations import order_feed, send
from haihe.data.exchange.nodes.queries import Receipt, receipt_of

__all__ = ["InputRefused", "NotFound", "Receipt", "order_feed", "receipt_of", "run_bridge", "send"]
