"""The loops that empty the outbox; the worker runs each on a thread of its own, so one can't hold up the other."""

import logging
import threading
from collections.abc import Callable

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from haihe.base.outbox.operations import Fabric, deliver_next, publish_next

_REST_S = 0.5
_log = logging.getLogger("haihe.outbox")


def relay_to_handlers(stop: threading.Event) -> None:
    """Run local handlers until told to stop."""
    _drain(lambda: deliver_next(now=timezone.now()), stop)


def relay_to_fabric(stop: threading.Event, fabric: Fabric) -> None:
    """Publish events until told to stop."""
    _drain(lambda: publish_next(fabric, now=timezone.now()), stop)


def _drain(step: Callable[[], bool], stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            if not _did_one(step):
                stop.wait(_REST_S)
    finally:
        connection.close()


def _did_one(step: Callable[[], bool]) -> bool:
    close_old_connections()
    try:
        return step()
    except Error as trouble:
        # The database is away; whatever was being delivered is still waiting.
        _log.warning("the outbox waits for the database: %s", trouble)
        return False
