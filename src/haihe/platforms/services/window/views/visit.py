"""One visit on one screen: the number, its clock, and everything that is done for the person."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.platforms.services.window import operations, queries, visits
from haihe.platforms.services.window.errors import NotFound, WindowError
from haihe.platforms.services.window.models import QueueTicket

type Move = Callable[[HttpRequest, Actor, UUID, datetime], object]


@never_cache
@require_safe
@role_required(Role.CLERK)
def visit(request: HttpRequest, ticket: UUID) -> HttpResponse:
    found = visit_or_404(request, ticket)
    if not visits.is_mine_now(found):
        return redirect("window:counter")
    page = visits.visit_page(found, actor_of(request), request.GET.dict(), now=timezone.now())
    return render(request, "window/visit.html", {"page": page})


@require_POST
@role_required(Role.CLERK)
def act(request: HttpRequest, ticket: UUID, name: str) -> HttpResponse:
    if name not in _MOVES:
        raise Http404
    visit_or_404(request, ticket)
    try:
        _MOVES[name](request, actor_of(request), ticket, timezone.now())
    except NotFound as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
    return redirect("window:visit", ticket)


def visit_or_404(request: HttpRequest, ticket: UUID) -> QueueTicket:
    try:
        return queries.visit_for(actor_of(request), ticket)
    except NotFound as missing:
        raise Http404 from missing


def _pass_on(request: HttpRequest, actor: Actor, ticket: UUID, now: datetime) -> object:
    told = request.POST.get("to", "")
    number = int(told) if told.isascii() and told.isdigit() and len(told) <= 3 else None
    return operations.pass_on(actor=actor, ticket_id=ticket, counter_number=number, now=now)


_MOVES: Final[dict[str, Move]] = {
    "call-again": lambda _request, actor, ticket, now: operations.call_again(actor=actor, ticket_id=ticket, now=now),
    "start": lambda _request, actor, ticket, now: operations.start(actor=actor, ticket_id=ticket, now=now),
    "miss": lambda _request, actor, ticket, now: operations.miss(actor=actor, ticket_id=ticket, now=now),
    "pass-on": _pass_on,
    "finish": lambda _request, actor, ticket, now: operations.finish(actor=actor, ticket_id=ticket, now=now),
}
