"""The clerk's counter: sit down, call, serve, pass on, finish."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.platforms.services.window import operations, pages
from haihe.platforms.services.window.errors import NotFound, WindowError


@never_cache
@require_safe
@role_required(Role.CLERK)
def counter(request: HttpRequest) -> HttpResponse:
    return render(request, "window/counter.html", {"page": pages.counter_page(actor_of(request), now=timezone.now())})


@never_cache
@require_safe
@role_required(Role.CLERK)
def stamp(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"stamp": pages.counter_page(actor_of(request), now=timezone.now()).stamp})


@require_POST
@role_required(Role.CLERK)
def sit_down(request: HttpRequest) -> HttpResponse:
    told = request.POST.get("counter", "")
    number = int(told) if told.isascii() and told.isdigit() and len(told) <= 9 else 0
    return _done(
        request, lambda actor: operations.sit_down(actor=actor, counter_id=number, now=timezone.now()), "window:counter"
    )


@require_POST
@role_required(Role.CLERK)
def stand_up(request: HttpRequest) -> HttpResponse:
    return _done(request, lambda actor: operations.stand_up(actor=actor, now=timezone.now()), "window:counter")


@require_POST
@role_required(Role.CLERK)
def call(request: HttpRequest) -> HttpResponse:
    try:
        ticket = operations.call_next(actor=actor_of(request), now=timezone.now())
    except NotFound as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
        return redirect("window:counter")
    if ticket is None:
        messages.info(request, _("现在没有人等候。"))
        return redirect("window:counter")
    return redirect("window:visit", ticket.pk)


def _done(request: HttpRequest, act: Callable[[Actor], object], then: str, *args: UUID) -> HttpResponse:
    try:
        act(actor_of(request))
    except NotFound as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
    return redirect(then, *args)
