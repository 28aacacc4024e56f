"""What each page shows, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.items.api import ItemDefinition, ItemNotFound, names_in_force, version_in_force
from haihe.platforms.services.window import hours, queries
from haihe.platforms.services.window import priorities as rules
from haihe.platforms.services.window.measured import Wait
from haihe.platforms.services.window.models import Counter, Hall, QueueTicket, Sitting
from haihe.platforms.services.window.priorities import Priority
from haihe.platforms.services.window.rated import rating_path
from haihe.platforms.services.window.workflow import CALLS_BEFORE_NO_SHOW, TicketState

_QUEUE_ROWS = 12


@dataclass(frozen=True, slots=True)
class HallPage:
    """A hall for whoever wants to go there: is it open, how long does one wait, what can one do from here."""

    state: queries.HallState
    hours: str
    tickets: list[QueueTicket]
    priorities: tuple[Priority, ...]
    next_day: date | None
    may_take: bool
    item: ItemDefinition | None = None


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """The big screen: whom each counter has called, who waits, and how long it takes."""

    state: queries.HallState
    called: list[QueueTicket]
    soon: list[QueueTicket]
    stamp: str


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A number, for whoever holds it."""

    ticket: QueueTicket
    item: ItemDefinition | None
    place: queries.Place | None
    stamp: str
    rate_path: str = ""

    @property
    def is_open(self) -> bool:
        return not self.ticket.is_ended

    @property
    def may_leave(self) -> bool:
        return self.ticket.state in (TicketState.WAITING, TicketState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A waiting number as the clerk sees it; `is_late`: longer than the hall allows itself."""

    ticket: QueueTicket
    item: str
    priority: str
    waited_min: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class CounterPage:
    """A clerk's counter: where they sit, whom they have, who waits."""

    sitting: Sitting | None
    counters: list[Counter]
    serving: QueueTicket | None
    rows: list[QueueRow]
    waiting: int
    late: int
    stamp: str


def hall_page(hall: Hall, actor: Actor, *, item: str, now: datetime) -> HallPage:
    today = timezone.localdate(now)
    own = [one for one in queries.own_open_tickets(actor, on=today) if one.hall_id == hall.pk]
    state = queries.hall_state(hall, now=now, today=today)
    days = [] if state.is_open else hours.slot_days(hall, today=today, most=1)
    return HallPage(
        state=state,
        hours=hours.hours_told(hall),
        tickets=own,
        priorities=rules.priorities(),
        next_day=days[0] if days else None,
        may_take=state.is_open and not own and (actor.has(Role.CITIZEN) or not actor.is_signed_in),
        item=item_of(item, today=today),
    )


def screen_page(hall: Hall, *, now: datetime) -> ScreenPage:
    today = timezone.localdate(now)
    return ScreenPage(
        state=queries.hall_state(hall, now=now, today=today),
        called=queries.called(hall, on=today),
        soon=list(queries.waiting(hall, on=today)[:_QUEUE_ROWS]),
        stamp=queries.stamp(hall, on=today),
    )


def ticket_page(ticket: QueueTicket, *, now: datetime) -> TicketPage:
    waits = ticket.state == TicketState.WAITING
    return TicketPage(
        ticket=ticket,
        item=item_of(ticket.item_slug, today=ticket.day),
        place=queries.place_of(ticket, now=now) if waits else None,
        stamp=stamp_of(ticket, now=now),
        rate_path=rating_path(ticket, now=now) if ticket.state == TicketState.FINISHED else "",
    )


def stamp_of(ticket: QueueTicket, *, now: datetime) -> str:
    """Return what changes when the holder should look: another state, call, or place in the queue."""
    ahead = queries.place_of(ticket, now=now).ahead if ticket.state == TicketState.WAITING else 0
    return f"{ticket.state}-{ticket.calls}-{ahead}"


def counter_page(actor: Actor, *, now: datetime) -> CounterPage:
    today, sitting = timezone.localdate(now), queries.sitting_of(actor)
    if sitting is None:
        planned = [shift.counter for shift in queries.shifts_now(actor, now=now, today=today)]
        return CounterPage(None, planned, None, [], 0, 0, "")
    hall = sitting.counter.hall
    rows = list(queries.waiting_for(sitting.counter, on=today))
    late = [one for one in rows if _is_late(one, hall, now)]
    return CounterPage(
        sitting=sitting,
        counters=[],
        serving=queries.serving_at(sitting),
        rows=queue_rows(rows[:_QUEUE_ROWS], hall, now=now),
        waiting=len(rows),
        late=len(late),
        stamp=queries.stamp(hall, on=today),
    )


def queue_rows(tickets: Iterable[QueueTicket], hall: Hall, *, now: datetime) -> list[QueueRow]:
    """Gather some numbers of a hall's queue, with the names of what they came for in one query."""
    rows = list(tickets)
    names = names_in_force({one.item_slug for one in rows if one.item_slug}, on=timezone.localdate(now))
    return [_queue_row(one, hall, str(names.get(one.item_slug, "")), now) for one in rows]


def _queue_row(ticket: QueueTicket, hall: Hall, item: str, now: datetime) -> QueueRow:
    rule = rules.priority(ticket.priority)
    return QueueRow(
        ticket=ticket,
        item=item,
        priority=str(rule.name) if rule else "",
        waited_min=minutes(now - ticket.taken_at),
        is_late=_is_late(ticket, hall, now),
    )


def minutes(span: timedelta) -> int:
    return max(int(span.total_seconds() // 60), 0)


def item_of(slug: str, *, today: date) -> ItemDefinition | None:
    """Return the item in force, None where there is none of that name."""
    if not slug:
        return None
    try:
        return version_in_force(slug, on=today).definition
    except ItemNotFound:
        return None


def may_be_missed(ticket: QueueTicket) -> bool:
    return ticket.state == TicketState.CALLED and ticket.calls >= CALLS_BEFORE_NO_SHOW


def wait_of(ticket: QueueTicket, *, now: datetime) -> Wait | None:
    return queries.place_of(ticket, now=now).wait


def ticket_address(ticket: QueueTicket) -> str:
    return reverse("window:ticket", args=[ticket.pk])


def _is_late(ticket: QueueTicket, hall: Hall, now: datetime) -> bool:
    return now - ticket.taken_at > timedelta(minutes=hall.wait_limit_min)
