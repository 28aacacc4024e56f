"""What a hall's supervisor sees: who waits too long, which counters serve, who is on the roster."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.platforms.services.window import hours, pages, queries
from haihe.platforms.services.window.errors import NotFound
from haihe.platforms.services.window.models import Counter, Hall, QueueTicket, Shift, Sitting

_MOST_LATE = 20


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A line of the roster."""

    row: Shift

    @property
    def told(self) -> str:
        return f"{hours.told(self.row.from_minute)}–{hours.told(self.row.until_minute)}"


@dataclass(frozen=True, slots=True)
class CounterRow:
    """A counter, who sits there now, and whom the roster names."""

    counter: Counter
    sitting: Sitting | None
    shifts: list[ShiftRow]


@dataclass(frozen=True, slots=True)
class HallDesk:
    """One hall as its supervisor sees it."""

    state: queries.HallState
    late: list[pages.QueueRow]
    counters: list[CounterRow]


def supervised_hall(actor: Actor, slug: str) -> Hall:
    """Raises: NotFound for a hall that somebody else runs."""
    found = queries.supervised(actor).filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def hall_desk(hall: Hall, *, now: datetime) -> HallDesk:
    today = timezone.localdate(now)
    sittings = {one.counter_id: one for one in queries.sittings(hall)}
    shifts: dict[int, list[ShiftRow]] = {}
    for shift in Shift.objects.filter(counter__hall=hall).exclude(valid_until__lt=today):
        shifts.setdefault(shift.counter_id, []).append(ShiftRow(shift))
    return HallDesk(
        state=queries.hall_state(hall, now=now, today=today),
        late=pages.queue_rows(late_tickets(hall, now=now)[:_MOST_LATE], hall, now=now),
        counters=[CounterRow(one, sittings.get(one.pk), shifts.get(one.pk, [])) for one in hall.counters.all()],
    )


def late_tickets(hall: Hall, *, now: datetime) -> list[QueueTicket]:
    """Return who waits longer than the hall allows itself, the longest first."""
    limit = now - timedelta(minutes=hall.wait_limit_min)
    rows = queries.waiting(hall, on=timezone.localdate(now)).filter(taken_at__lt=limit)
    return list(rows.order_by("taken_at", "number"))
