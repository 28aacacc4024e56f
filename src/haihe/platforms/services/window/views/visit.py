"""One visit on one screen: the number, its clock, and everything that is done for the person."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.platforms.services.items.api import bundle_of, choices_in
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
    return redirect(_back(request, ticket))


@require_POST
@role_required(Role.CLERK)
def begin(request: HttpRequest, ticket: UUID) -> HttpResponse:
    """Begin the chosen item's form, with the person filled in."""
    visit_or_404(request, ticket)
    actor, now, agrees = actor_of(request), timezone.now(), request.POST.get("agrees") == "on"
    slug = request.POST.get("item", "")[:64]
    chosen = _chosen(request, slug, now)
    try:
        draft = operations.begin_item(
            actor=actor,
            ticket_id=ticket,
            slug=slug,
            informed=request.POST.get("informed") == "on",
            agrees=agrees,
            chosen=chosen,
            now=now,
        )
        if agrees and not operations.fill_from_registers(actor=actor, ticket_id=ticket, draft=draft, now=now):
            messages.info(request, _("登记数据里没有查到可以代填的内容，请照常填写。"))
    except (NotFound, NotPermitted) as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
        return redirect(_back(request, ticket))
    return redirect("services_forms:window", draft)


def _chosen(request: HttpRequest, slug: str, now: datetime) -> dict[str, str]:
    """Return which items of a life event were chosen."""
    bundle = bundle_of(slug)
    chosen = choices_in(request.POST.dict(), bundle, on=timezone.localdate(now)) if bundle else {}
    if chosen is None:
        raise Http404
    return chosen


def visit_or_404(request: HttpRequest, ticket: UUID) -> QueueTicket:
    try:
        return queries.visit_for(actor_of(request), ticket)
    except NotFound as missing:
        raise Http404 from missing


def _back(request: HttpRequest, ticket: UUID) -> str:
    """Return to the screen with the item that was open on it."""
    item = request.POST.get("item", "")[:64]
    address, bundle = reverse("window:visit", args=[ticket]), bundle_of(item)
    asked = {"bundle": bundle.slug} if bundle else {"item": item}
    return f"{address}?{urlencode(asked)}" if item else address


def _pass_on(request: HttpRequest, actor: Actor, ticket: UUID, now: datetime) -> object:
    number = _number(request.POST.get("to", ""), longest=3)
    return operations.pass_on(actor=actor, ticket_id=ticket, counter_number=number, now=now)


def _identify(request: HttpRequest, actor: Actor, ticket: UUID, now: datetime) -> object:
    typed = {name: request.POST.get(name, "")[:60] for name in ("name", "id_number", "principal", "principal_number")}
    return operations.identify(actor=actor, ticket_id=ticket, visitor=operations.Visitor(**typed))


def _accept(request: HttpRequest, actor: Actor, ticket: UUID, now: datetime) -> object:
    number, choice = request.POST.get("number", "")[:24], request.POST.get("choice", "")[:16]
    note = request.POST.get("note", "").replace("\x00", "")
    return operations.accept_case(actor=actor, ticket_id=ticket, number=number, choice=choice, note=note, now=now)


def _ask(request: HttpRequest, actor: Actor, ticket: UUID, now: datetime) -> None:
    """Say at once where nobody needs to bring the paper; else that it may be asked for."""
    slug, paper = request.POST.get("item", "")[:64], request.POST.get("paper", "")[:80]
    flag = operations.ask_for_paper(actor=actor, ticket_id=ticket, slug=slug, paper=paper, now=now)
    if flag is None:
        messages.info(request, _("这份材料在清单里，数据还不能证明，可以收。"))


def _insist(request: HttpRequest, actor: Actor, ticket: UUID, now: datetime) -> object:
    number = _number(request.POST.get("flag", ""), longest=9) or 0
    reason = request.POST.get("reason", "")
    return operations.insist(actor=actor, ticket_id=ticket, flag_id=number, reason=reason, now=now)


def _number(told: str, *, longest: int) -> int | None:
    return int(told) if told.isascii() and told.isdigit() and len(told) <= longest else None


_MOVES: Final[dict[str, Move]] = {
    "call-again": lambda _request, actor, ticket, now: operations.call_again(actor=actor, ticket_id=ticket, now=now),
    "start": lambda _request, actor, ticket, now: operations.start(actor=actor, ticket_id=ticket, now=now),
    "miss": lambda _request, actor, ticket, now: operations.miss(actor=actor, ticket_id=ticket, now=now),
    "pass-on": _pass_on,
    "finish": lambda _request, actor, ticket, now: operations.finish(actor=actor, ticket_id=ticket, now=now),
    "identify": _identify,
    "accept": _accept,
    "ask": _ask,
    "insist": _insist,
}
