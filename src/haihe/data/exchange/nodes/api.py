"""What neighbours may use of the nodes."""

from haihe.data.exchange.nodes.bridge.main import run as run_bridge
from haihe.data.exchange.nodes.errors import InputRefused, NotFound
from haihe.data.exchange.nodes.operations import order_feed

__all__ = ["InputRefused", "NotFound", "order_feed", "run_bridge"]
