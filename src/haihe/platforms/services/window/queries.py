"""Halls, queues and visits, as each may see them; never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.window import hours, measured
from haihe.platforms.services.window.errors import NotFound
from haihe.platforms.services.window.models import (
    Appointment,
    AppointmentState,
    Counter,
    Hall,
    QueueTicket,
    Shift,
    Sitting,
)
from haihe.platforms.services.window.workflow import AT_A_COUNTER, OPEN, TicketState

_RECENT = 8
_MOST_APPOINTMENTS = 30


@dataclass(frozen=True, slots=True)
class HallState:
    """A hall as it stands: whether it is open, who waits, how many counters serve, how long one waits."""

    hall: Hall
    is_open: bool
    waiting: int
    serving: int
    wait: measured.Wait | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting number stands."""

    ahead: int
    counters: int
    wait: measured.Wait | None


def halls() -> QuerySet[Hall]:
    return Hall.objects.filter(is_open=True)


def hall_with(slug: str) -> Hall:
    """Raises: NotFound."""
    found = Hall.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def halls_now(*, now: datetime, today: date) -> list[HallState]:
    """Return every hall with its queue, in few queries."""
    queue = Q(tickets__day=today, tickets__state=TicketState.WAITING)
    rows = halls().annotate(
        queue=Count("tickets", filter=queue, distinct=True),
        served=Count(
            "counters", filter=Q(counters__sittings__isnull=False, counters__sittings__until=None), distinct=True
        ),
    )
    return [HallState(hall, hours.is_open_at(hall, now), hall.queue, hall.served, None) for hall in rows]


def hall_state(hall: Hall, *, now: datetime, today: date) -> HallState:
    ahead, serving = waiting(hall, on=today).count(), sittings(hall).count()
    free = max(serving - _busy(hall, on=today), 0)
    wait = measured.estimate(measured.pace(hall, now=now), ahead=ahead, counters=serving, free=free)
    return HallState(hall, hours.is_open_at(hall, now), ahead, serving, wait)


def waiting(hall: Hall, *, on: date) -> QuerySet[QueueTicket]:
    """Return who waits, in the order in which they are called."""
    return QueueTicket.objects.filter(hall=hall, day=on, state=TicketState.WAITING).order_by(
        "rank_at", "taken_at", "number", "id"
    )


def waiting_for(counter: Counter, *, on: date) -> QuerySet[QueueTicket]:
    """Return who may be called to this counter, in order: those it serves, and those passed on to it."""
    here = Q(only_counter=counter)
    if counter.serves_all:
        here |= Q(only_counter=None)
    else:
        served = Q(item_slug__in=counter.items) | Q(authority__in=counter.authorities)
        here |= Q(only_counter=None) & ~Q(item_slug="") & served
    return waiting(counter.hall, on=on).filter(here)


def place_of(ticket: QueueTicket, *, now: datetime) -> Place:
    """Return how many are called before a waiting number, by the counters that may call it."""
    serving = [one.counter for one in sittings(ticket.hall) if _may_call(one.counter, ticket)]
    before = waiting(ticket.hall, on=ticket.day).filter(
        Q(rank_at__lt=ticket.rank_at) | Q(rank_at=ticket.rank_at, taken_at__lt=ticket.taken_at)
    )
    if not any(counter.serves_all for counter in serving):
        before = before.filter(authority=ticket.authority)
    ahead = before.count()
    free = max(len(serving) - _busy(ticket.hall, on=ticket.day), 0)
    wait = measured.estimate(measured.pace(ticket.hall, now=now), ahead=ahead, counters=len(serving), free=free)
    return Place(ahead, len(serving), wait)


def _may_call(counter: Counter, ticket: QueueTicket) -> bool:
    if ticket.only_counter_id is not None:
        return ticket.only_counter_id == counter.pk
    return counter.serves(item=ticket.item_slug, authority=ticket.authority)


def called(hall: Hall, *, on: date) -> list[QueueTicket]:
    """Return the numbers that were called last and are on their way or at a counter, the newest first."""
    rows = QueueTicket.objects.filter(hall=hall, day=on, state__in=AT_A_COUNTER).select_related("counter")
    return list(rows.order_by("-called_at")[:_RECENT])


def _busy(hall: Hall, *, on: date) -> int:
    """Count the counters that have somebody before them, or on the way."""
    return QueueTicket.objects.filter(hall=hall, day=on, state__in=AT_A_COUNTER).count()


def sittings(hall: Hall) -> QuerySet[Sitting]:
    return Sitting.objects.filter(counter__hall=hall, until=None).select_related("counter").order_by("counter__number")


def sitting_of(actor: Actor) -> Sitting | None:
    """Return where the clerk sits now."""
    if actor.user_id is None:
        return None
    return Sitting.objects.filter(clerk=actor.user_id, until=None).select_related("counter__hall").first()


def shifts_now(actor: Actor, *, now: datetime, today: date) -> list[Shift]:
    """Return the counters at which the roster has this clerk sit at the moment."""
    if actor.user_id is None:
        return []
    minute = hours.minute_of(now)
    rows = Shift.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        clerk=actor.user_id,
        valid_from__lte=today,
        weekdays__contains=[today.isoweekday()],
        from_minute__lte=minute,
        until_minute__gt=minute,
        counter__is_in_use=True,
    )
    return list(rows.select_related("counter__hall").order_by("counter__hall__slug", "counter__number"))


def serving_at(sitting: Sitting) -> QueueTicket | None:
    """Return the number that is called to, or served at, the clerk's counter."""
    return QueueTicket.objects.filter(counter=sitting.counter, state__in=AT_A_COUNTER).first()


def ticket_for(actor: Actor, ticket_id: UUID) -> QueueTicket:
    """Return a visitor's number: their own, or one that bears nobody's key, by its id alone. Raises: NotFound."""
    found = QueueTicket.objects.select_related("hall", "counter").filter(pk=ticket_id).first()
    if found is None or (found.visitor_key is not None and bytes(found.visitor_key) != actor.subject_key):
        raise NotFound
    return found


def visit_for(actor: Actor, ticket_id: UUID) -> QueueTicket:
    """Return the visit that this clerk has at the counter, or had. Raises: NotFound."""
    rows = QueueTicket.objects.select_related("hall", "counter").filter(pk=ticket_id, clerk=actor.user_id)
    found = rows.first() if actor.user_id and actor.has(Role.CLERK) else None
    if found is None:
        raise NotFound
    return found


def own_open_tickets(actor: Actor, *, on: date) -> list[QueueTicket]:
    if actor.subject_key is None:
        return []
    rows = QueueTicket.objects.filter(visitor_key=actor.subject_key, day=on, state__in=OPEN)
    return list(rows.select_related("hall", "counter").order_by("taken_at"))


def appointment_for(actor: Actor, appointment_id: UUID) -> Appointment:
    """Return one's own appointment. Raises: NotFound."""
    rows = Appointment.objects.select_related("slot__hall")
    found = rows.filter(pk=appointment_id, holder_key=actor.subject_key).first() if actor.subject_key else None
    if found is None:
        raise NotFound
    return found


def own_appointments(actor: Actor) -> list[Appointment]:
    """Return one's appointments, those to come first, then the newest."""
    if actor.subject_key is None:
        return []
    rows = Appointment.objects.filter(holder_key=actor.subject_key).select_related("slot__hall")
    newest = rows.order_by("-slot__day", "-slot__hour")[:_MOST_APPOINTMENTS]
    return sorted(newest, key=lambda one: one.state != AppointmentState.BOOKED)


def supervised(actor: Actor) -> QuerySet[Hall]:
    """Return the halls whose running body has this person as approver."""
    return Hall.objects.filter(organisation__in=actor.organisations(Role.APPROVER))


def manageable(actor: Actor) -> QuerySet[Hall]:
    """Return the halls that this actor may change: all for the data centre, else those that their bodies run."""
    return Hall.objects.all() if actor.has(Role.OPERATOR) else supervised(actor)


def stamp(hall: Hall, *, on: date) -> str:
    """Return what changes whenever a number of this hall is taken, called or ended today."""
    counts = dict(QueueTicket.objects.filter(hall=hall, day=on).order_by().values_list("state").annotate(n=Count("id")))
    last = called(hall, on=on)
    told: Sequence[object] = [
        *(f"{state}{n}" for state, n in sorted(counts.items())),
        *(f"{one.label}@{one.counter_id}x{one.calls}" for one in last),
        sittings(hall).count(),
    ]
    return "-".join(str(one) for one in told)
