"""How the outbox stands."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from haihe.base.outbox.models import Delivery, State


@dataclass(frozen=True, slots=True)
class Backlog:
    """`waiting` deliveries and since when the oldest event waits; `dead` ones need a person."""

    waiting: int
    dead: int
    oldest_announced_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up."""

    id: int
    topic: str
    handler: str
    announced_at: datetime
    attempts: int
    last_error: str


def backlog() -> Backlog:
    """Return what is not delivered."""
    figures = Delivery.objects.exclude(state=State.DONE).aggregate(
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        dead=Count("pk", filter=Q(state=State.DEAD)),
        oldest=Min("event__announced_at", filter=Q(state=State.WAITING)),
    )
    return Backlog(figures["waiting"], figures["dead"], figures["oldest"])


def dead_letters(*, limit: int = 100) -> list[DeadLetter]:
    """Return the newest dead letters."""
    dead = Delivery.objects.filter(state=State.DEAD).select_related("event").order_by("-id")[:limit]
    return [
        DeadLetter(one.pk, one.event.topic, one.handler, one.event.announced_at, one.attempts, one.last_error)
        for one in dead
    ]
