"""One move of a number, checked against the table and written down."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services.window.errors import NotFound, NotNow
from haihe.platforms.services.window.models import QueueEvent, QueueTicket
from haihe.platforms.services.window.workflow import ENDED, TICKET, Part


def locked(ticket_id: UUID) -> QueueTicket:
    """Raises: NotFound."""
    found = QueueTicket.objects.select_for_update(of=("self",)).select_related("hall", "counter").filter(pk=ticket_id)
    ticket = found.first()
    if ticket is None:
        raise NotFound
    return ticket


def move(
    ticket: QueueTicket,
    name: str,
    *,
    actor: Actor,
    part: Part,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Move the locked number and save it; one that ends forgets whom it served. Raises: NotNow."""
    try:
        step = TICKET.move(ticket.state, name)
    except ForbiddenMove:
        step = None
    if step is None or part not in step.roles:
        raise NotNow(_("这个号的状态已经变化，请刷新页面后再操作。"))
    source, ticket.state = ticket.state, step.target
    if ticket.state in ENDED:
        ticket.ended_at, ticket.sealed_visitor = now, None
    ticket.save()
    note(ticket, name, actor=actor, part=part, now=now, source=source, clause=step.clause, facts=facts)


def note(
    ticket: QueueTicket,
    name: str,
    *,
    actor: Actor,
    part: Part,
    now: datetime,
    source: str = "",
    clause: str = "",
    facts: Mapping[str, object] | None = None,
) -> None:
    """Write one line of history. A visitor's name is none of it."""
    is_clerk = part is Part.CLERK
    QueueEvent.objects.create(
        ticket=ticket,
        at=now,
        name=name,
        source=source,
        target=ticket.state,
        part=part,
        organisation=ticket.hall.organisation if is_clerk else "",
        actor_id=actor.user_id if is_clerk else None,
        actor_name=actor.name if is_clerk else str(part),
        clause=clause,
        facts={"counter": ticket.counter.number if ticket.counter else None, **(facts or {})},
    )
