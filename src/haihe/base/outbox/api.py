"""What neighbours may use of the outbox."""

from haihe.base.outbox.fabric import NatsFabric
from haihe.base.outbox.handlers import subscribe
from haihe.base.outbox.operations import NotInTransaction, announce, retry
from haihe.base.outbox.queries import Backlog, DeadLetter, backlog, dead_letters
from haihe.base.outbox.relay import relay_to_fabric, relay_to_handlers

__all__ = [
    "Backlog",
    "DeadLetter",
    "NatsFabric",
    "NotInTransaction",
    "announce",
    "backlog",
    "dead_letters",
    "relay_to_fabric",
    "relay_to_handlers",
    "retry",
    "subscribe",
]
