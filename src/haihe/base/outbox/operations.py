"""Announce, deliver, and give dead letters another chance."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from haihe.base.outbox.handlers import FABRIC, Payload, handlers_of
from haihe.base.outbox.models import Delivery, Event, State
from haihe.telemetry import tracing

MOST_ATTEMPTS = 12
"""With the pauses below this is a little over an hour."""
_LONGEST_PAUSE = timedelta(minutes=15)
_LONGEST_FABRIC_PAUSE = timedelta(seconds=30)
_KEPT_FOR = timedelta(days=7)
_log = logging.getLogger("haihe.outbox")


class NotInTransaction(RuntimeError):
    """An event must be announced in the transaction in which it becomes true, or it could be lost or untrue."""


class Fabric(Protocol):
    """Carries an event to the other machines. Raises anything if it was not stored there."""

    def publish(self, *, event_id: UUID, topic: str, payload: Payload) -> None: ...


def announce(topic: str, payload: Payload) -> UUID:
    """Tell the handlers of the topic and the message fabric, once the caller's transaction has committed.

    The payload is JSON and holds no personal data: it leaves this installation. Raises: NotInTransaction.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(topic)
    event = Event.objects.create(topic=topic, payload=payload, trace=tracing.traceparent())
    Delivery.objects.bulk_create(Delivery(event=event, handler=name) for name in (*handlers_of(topic), FABRIC))
    return event.id


def deliver_next(*, now: datetime) -> bool:
    """Run one local handler that is due. Return False where none is. Any number of processes may do so at once."""
    return _attempt_next(Delivery.objects.exclude(handler=FABRIC), _run_handler, now)


def publish_next(fabric: Fabric, *, now: datetime) -> bool:
    """Publish one event that is due. Return False where none is."""

    def publish(delivery: Delivery) -> None:
        event = delivery.event
        fabric.publish(event_id=event.id, topic=event.topic, payload=event.payload)

    return _attempt_next(Delivery.objects.filter(handler=FABRIC), publish, now)


def retry(delivery_id: int, *, now: datetime) -> bool:
    """Let a dead letter be tried again from the start. Return False if it is not dead."""
    dead = Delivery.objects.filter(pk=delivery_id, state=State.DEAD)
    return dead.update(state=State.WAITING, attempts=0, next_try_at=now) == 1


def forget_delivered(*, now: datetime) -> int:
    """Remove events that reached everybody a week ago; return how many."""
    open_ones = Delivery.objects.exclude(state=State.DONE).values("event")
    old = Event.objects.filter(announced_at__lt=now - _KEPT_FOR).exclude(pk__in=open_ones)
    return old.delete()[1].get("outbox.Event", 0)


def _attempt_next(found: "QuerySet[Delivery]", do: Callable[[Delivery], None], now: datetime) -> bool:
    due = found.filter(state=State.WAITING, next_try_at__lte=now).order_by("next_try_at", "id")
    with transaction.atomic():
        # The lock is held while the handler runs: if this process dies, the delivery is free for another at once.
        delivery = due.select_for_update(skip_locked=True, of=("self",)).select_related("event").first()
        if delivery is None:
            return False
        try:
            with transaction.atomic(), _traced(delivery):
                do(delivery)
        except Exception as failure:
            _note_failure(delivery, failure, now)
        else:
            delivery.state, delivery.finished_at, delivery.last_error = State.DONE, timezone.now(), ""
        delivery.save()
    return True


def _traced(delivery: Delivery) -> AbstractContextManager[object]:
    """Trace the delivery of an event whose announcement was traced; others would be traces of nothing else."""
    event = delivery.event
    if not event.trace:
        return nullcontext()
    facts = {"haihe.topic": event.topic, "haihe.handler": delivery.handler}
    return tracing.span(f"event {event.topic}", facts, kind="CONSUMER", parent=event.trace)


def _run_handler(delivery: Delivery) -> None:
    handler = handlers_of(delivery.event.topic).get(delivery.handler)
    if handler is None:
        raise LookupError(f"no handler is called {delivery.handler} any more")
    handler(delivery.event.payload)


def _note_failure(delivery: Delivery, failure: Exception, now: datetime) -> None:
    delivery.attempts += 1
    delivery.last_error = f"{type(failure).__name__}: {failure}"[:2000]
    is_fabric = delivery.handler == FABRIC
    longest = _LONGEST_FABRIC_PAUSE if is_fabric else _LONGEST_PAUSE
    delivery.next_try_at = now + min(timedelta(seconds=2 ** min(delivery.attempts, 10)), longest)
    # The fabric never gives up: an outage of hours loses nothing.
    if not is_fabric and delivery.attempts >= MOST_ATTEMPTS:
        delivery.state = State.DEAD
        _log.error("dead letter %s: %s", delivery.pk, delivery, exc_info=failure)
    else:
        _log.warning("%s failed (attempt %s): %s", delivery, delivery.attempts, delivery.last_error)
