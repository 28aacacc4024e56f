"""A number on the phone: take it, watch it, come back, give it up."""

import io
from uuid import UUID

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.window import operations, pages, queries
from haihe.platforms.services.window.errors import NotFound, WindowError
from haihe.platforms.services.window.models import QueueTicket, Source
from haihe.platforms.services.window.operations.taking import Wish
from haihe.platforms.services.window.views.public import hall_or_404


@require_POST
@role_required(Role.CITIZEN)
def take(request: HttpRequest, slug: str) -> HttpResponse:
    hall = hall_or_404(slug)
    try:
        ticket = operations.take_number(
            actor=actor_of(request), hall=hall, source=Source.PHONE, wish=wish_of(request), now=timezone.now()
        )
    except WindowError as refused:
        messages.error(request, refused.message)
        return redirect("window:hall", hall.slug)
    return redirect("window:ticket", ticket.pk)


@never_cache
@require_safe
def ticket(request: HttpRequest, ticket: UUID) -> HttpResponse:
    found = _ticket_or_404(request, ticket)
    return render(request, "window/ticket.html", {"page": pages.ticket_page(found, now=timezone.now())})


@never_cache
@require_safe
def stamp(request: HttpRequest, ticket: UUID) -> JsonResponse:
    return JsonResponse({"stamp": pages.stamp_of(_ticket_or_404(request, ticket), now=timezone.now())})


@never_cache
@require_safe
def qr(request: HttpRequest, ticket: UUID) -> HttpResponse:
    """Draw the address of the number's page, to take along on a phone."""
    found = _ticket_or_404(request, ticket)
    return drawn(request.build_absolute_uri(reverse("window:ticket", args=[found.pk])))


@require_POST
def leave(request: HttpRequest, ticket: UUID) -> HttpResponse:
    _ticket_or_404(request, ticket)
    try:
        left = operations.leave(actor=actor_of(request), ticket_id=ticket, now=timezone.now())
    except WindowError as refused:
        messages.error(request, refused.message)
        return redirect("window:ticket", ticket)
    messages.success(request, _("号码 %(label)s 已取消。") % {"label": left.label})
    return redirect("window:hall", left.hall.slug)


@require_POST
def come_back(request: HttpRequest, ticket: UUID) -> HttpResponse:
    _ticket_or_404(request, ticket)
    try:
        operations.come_back(actor=actor_of(request), ticket_id=ticket, now=timezone.now())
    except WindowError as refused:
        messages.error(request, refused.message)
    return redirect("window:ticket", ticket)


def wish_of(request: HttpRequest) -> Wish:
    return Wish(item=request.POST.get("item", "")[:64], priority=request.POST.get("priority", "")[:16])


def drawn(text: str) -> HttpResponse:
    image = io.BytesIO()
    segno.make(text, error="m").save(image, kind="svg", scale=4, border=2, xmldecl=False)
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


def _ticket_or_404(request: HttpRequest, ticket: UUID) -> QueueTicket:
    try:
        return queries.ticket_for(actor_of(request), ticket)
    except NotFound as missing:
        raise Http404 from missing
