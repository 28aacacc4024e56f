"""What a clerk does with numbers: call, serve, pass on, finish. No number is ever called to two counters."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.platforms.services.window.errors import NotFound, NotNow
from haihe.platforms.services.window.models import Counter, QueueTicket, Sitting
from haihe.platforms.services.window.operations.moving import locked, move
from haihe.platforms.services.window.operations.serving import keep_cases
from haihe.platforms.services.window.queries import serving_at, sitting_of, waiting_for
from haihe.platforms.services.window.rated import invite_to_rate
from haihe.platforms.services.window.workflow import CALLS_BEFORE_NO_SHOW, Part


@transaction.atomic
def call_next(*, actor: Actor, now: datetime) -> QueueTicket | None:
    """Call the next number to the clerk's counter; None where nobody waits.

    Rows that another clerk is just calling are skipped, not waited for: two never get the same. Nobody is called to
    their own counter (回避). Raises: NotFound without a counter, NotNow while one is served.
    """
    sitting = _sitting(actor)
    if serving_at(sitting) is not None:
        raise NotNow(_("窗口还有一个号没有办完，办完后再叫下一个。"))
    queue = waiting_for(sitting.counter, on=timezone.localdate(now))
    if actor.subject_key is not None:
        queue = queue.filter(Q(visitor_key=None) | ~Q(visitor_key=actor.subject_key))
    ticket = queue.select_for_update(skip_locked=True, of=("self",)).select_related("hall").first()
    if ticket is None:
        return None
    ticket.counter, ticket.clerk, ticket.clerk_name = sitting.counter, actor.user_id, actor.name
    ticket.called_at, ticket.calls, ticket.only_counter = now, 1, None
    try:
        with transaction.atomic():
            move(ticket, "call", actor=actor, part=Part.CLERK, now=now)
    except IntegrityError:
        # Pressed twice: the other press has called one already.
        raise NotNow(_("窗口还有一个号没有办完，办完后再叫下一个。")) from None
    return ticket


@transaction.atomic
def call_again(*, actor: Actor, ticket_id: UUID, now: datetime) -> QueueTicket:
    """Call once more who hasn't come. Raises: NotFound, NotNow."""
    ticket = _mine(actor, ticket_id)
    ticket.calls, ticket.called_at = ticket.calls + 1, now
    move(ticket, "call_again", actor=actor, part=Part.CLERK, now=now)
    return ticket


@transaction.atomic
def start(*, actor: Actor, ticket_id: UUID, now: datetime) -> QueueTicket:
    """Begin: the person stands at the counter. Raises: NotFound, NotNow."""
    ticket = _mine(actor, ticket_id)
    ticket.started_at = ticket.started_at or now
    move(ticket, "start", actor=actor, part=Part.CLERK, now=now)
    return ticket


@transaction.atomic
def miss(*, actor: Actor, ticket_id: UUID, now: datetime) -> QueueTicket:
    """Note that nobody came, after two calls at least. Raises: NotFound, NotNow."""
    ticket = _mine(actor, ticket_id)
    if ticket.calls < CALLS_BEFORE_NO_SHOW:
        raise NotNow(_("至少叫两次，再作过号处理。请再叫一次。"))
    move(ticket, "no_show", actor=actor, part=Part.CLERK, now=now)
    return ticket


@transaction.atomic
def pass_on(*, actor: Actor, ticket_id: UUID, counter_number: int | None, now: datetime) -> QueueTicket:
    """Send somebody on to a counter, or whichever is free first; they keep their turn. Raises: NotFound, NotNow."""
    ticket = _mine(actor, ticket_id)
    target = _target(ticket, counter_number)
    ticket.only_counter = target
    told = {"to": target.number if target else None}
    ticket.counter, ticket.clerk, ticket.clerk_name, ticket.calls = None, None, "", 0
    ticket.sealed_visitor = None
    move(ticket, "pass_on", actor=actor, part=Part.CLERK, now=now, facts=told)
    return ticket


@transaction.atomic
def finish(*, actor: Actor, ticket_id: UUID, now: datetime) -> QueueTicket:
    """End the visit; who was served is forgotten here. Raises: NotFound, NotNow."""
    ticket = _mine(actor, ticket_id)
    keep_cases(ticket)
    move(ticket, "finish", actor=actor, part=Part.CLERK, now=now)
    invite_to_rate(ticket, now=now)
    return ticket


def _sitting(actor: Actor) -> Sitting:
    """Return where the clerk sits, locked: one press after the other."""
    sitting = sitting_of(actor)
    if sitting is None:
        raise NotFound
    Sitting.objects.select_for_update(of=("self",)).get(pk=sitting.pk)
    return sitting


def _mine(actor: Actor, ticket_id: UUID) -> QueueTicket:
    ticket = locked(ticket_id)
    if actor.user_id is None or ticket.clerk != actor.user_id:
        raise NotFound
    return ticket


def _target(ticket: QueueTicket, number: int | None) -> Counter | None:
    if number is None:
        return None
    found = Counter.objects.filter(hall=ticket.hall, number=number, is_in_use=True).first()
    if found is None or found == ticket.counter:
        raise NotNow(_("没有这个窗口，请重新选择转到哪里。"))
    return found
