"""Writes: invite, join, renew and revoke nodes; order feeds; take in what arrives."""

from haihe.data.exchange.nodes.operations.delivering import Told, order_delivery, taken_receipt, withdraw
from haihe.data.exchange.nodes.operations.dispatching import send
from haihe.data.exchange.nodes.operations.feeding import fetch_anew, may_fetch_anew, order_feed, stop_feed
from haihe.data.exchange.nodes.operations.hearing import hear
from haihe.data.exchange.nodes.operations.inviting import invite, plan_node
from haihe.data.exchange.nodes.operations.joining import CodeRefused, join, renew
from haihe.data.exchange.nodes.operations.revoking import revoke
from haihe.data.exchange.nodes.operations.taking import take_in

__all__ = [
    "CodeRefused",
    "Told",
    "fetch_anew",
    "hear",
    "invite",
    "join",
    "may_fetch_anew",
    "order_delivery",
    "order_feed",
    "plan_node",
    "renew",
    "revoke",
    "send",
    "stop_feed",
    "take_in",
    "taken_receipt",
    "withdraw",
]
