"""Who hears which topic. Filled while the applications get ready, only read afterwards."""

from collections.abc import Callable
from typing import Any

type Payload = dict[str, Any]
type Handler = Callable[[Payload], None]

FABRIC = "nats"
"""The name under which the message fabric is a handler of every topic."""
_heard: dict[str, dict[str, Handler]] = {}


def subscribe(topic: str) -> Callable[[Handler], Handler]:
    """Register a handler; call it from `AppConfig.ready` (import the module that is decorated).

    It runs in the worker, within a transaction, at least once for each event announced after it was subscribed, in no
    certain order. If it raises it is tried again, alone, with growing pauses, and rests as a dead letter in the end.
    """

    def register(handler: Handler) -> Handler:
        _heard.setdefault(topic, {})[name_of(handler)] = handler
        return handler

    return register


def unsubscribe(topic: str, handler: Handler) -> None:
    """Forget a handler; for tests that subscribed one."""
    _heard.get(topic, {}).pop(name_of(handler), None)


def name_of(handler: Handler) -> str:
    """Return the name kept with deliveries; renaming a handler leaves its waiting deliveries without one."""
    return f"{handler.__module__}.{handler.__qualname__}"


def handlers_of(topic: str) -> dict[str, Handler]:
    return _heard.get(topic, {})
