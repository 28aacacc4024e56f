"""The one screen: whom the clerk has before them, what was searched, what data prove, and what was taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from haihe.base.accounts.api import Actor
from haihe.platforms.services.window import pages
from haihe.platforms.services.window.models import Counter, QueueTicket
from haihe.platforms.services.window.workflow import AT_A_COUNTER, TicketState


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A visit with its clock: what was waited stands in `row`, `spent_min` is what it takes so far."""

    ticket: QueueTicket
    row: pages.QueueRow
    spent_min: int
    may_be_missed: bool
    others: list[Counter]

    @property
    def is_called(self) -> bool:
        return self.ticket.state == TicketState.CALLED

    @property
    def is_serving(self) -> bool:
        return self.ticket.state == TicketState.SERVING


def is_mine_now(ticket: QueueTicket) -> bool:
    return ticket.state in AT_A_COUNTER


def visit_page(ticket: QueueTicket, actor: Actor, asked: Mapping[str, str], *, now: datetime) -> VisitPage:
    """Gather the screen of a visit; `asked` is what the address says."""
    since = ticket.started_at or ticket.called_at or now
    until_called = (ticket.called_at or now) - ticket.taken_at
    row = pages.queue_row(ticket, ticket.hall, now=ticket.taken_at + max(until_called, timedelta()))
    return VisitPage(
        ticket=ticket,
        row=row,
        spent_min=pages.minutes(now - since),
        may_be_missed=pages.may_be_missed(ticket),
        others=[one for one in ticket.hall.counters.filter(is_in_use=True) if one.pk != ticket.counter_id],
    )
