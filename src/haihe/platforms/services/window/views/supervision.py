"""The hall's supervisor: waits, counters, the roster; and papers that were asked for needlessly."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.window import figures, operations, queries, supervising
from haihe.platforms.services.window.errors import NotFound, WindowError
from haihe.platforms.services.window.models import Hall
from haihe.platforms.services.window.operations import Plan

_WEEKDAYS = range(1, 8)


@never_cache
@require_safe
@role_required(Role.APPROVER)
def supervise(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    mine = set(queries.supervised(actor_of(request)).values_list("pk", flat=True))
    rows = [row for row in queries.halls_now(now=now, today=timezone.localdate(now)) if row.hall.pk in mine]
    return render(request, "window/supervise.html", {"rows": rows})


@never_cache
@require_safe
@role_required(Role.APPROVER)
def supervise_hall(request: HttpRequest, slug: str) -> HttpResponse:
    hall = _mine_or_404(request, slug)
    page = supervising.hall_desk(hall, now=timezone.now())
    return render(request, "window/supervise_hall.html", {"page": page, "hall": hall, "weekdays": _WEEKDAYS})


@require_POST
@role_required(Role.APPROVER)
def plan_shift(request: HttpRequest, slug: str) -> HttpResponse:
    plan = Plan(
        counter=_number(request, "counter"),
        username=request.POST.get("username", "")[:64],
        weekdays=frozenset(int(day) for day in request.POST.getlist("weekday") if day in tuple("1234567")),
        from_minute=_minute(request.POST.get("from", "")),
        until_minute=_minute(request.POST.get("until", "")),
    )
    return _done(request, slug, lambda hall: operations.plan_shift(hall=hall, plan=plan, now=timezone.now()))


@require_POST
@role_required(Role.APPROVER)
def end_shift(request: HttpRequest, slug: str) -> HttpResponse:
    number = _number(request, "shift")
    return _done(request, slug, lambda hall: operations.end_shift(hall=hall, shift_id=number))


@require_POST
@role_required(Role.APPROVER)
def use_counter(request: HttpRequest, slug: str) -> HttpResponse:
    number, use = _number(request, "counter"), request.POST.get("use") == "1"
    return _done(request, slug, lambda hall: operations.use_counter(hall=hall, number=number, is_in_use=use))


@never_cache
@require_safe
@role_required(Role.APPROVER, Role.STEWARD, Role.OPERATOR)
def papers(request: HttpRequest) -> HttpResponse:
    page = figures.papers_page(actor_of(request), now=timezone.now())
    return render(request, "window/papers.html", {"page": page})


def _done(request: HttpRequest, slug: str, act: Callable[[Hall], object]) -> HttpResponse:
    hall = _mine_or_404(request, slug)
    try:
        act(hall)
    except NotFound as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
    return redirect("window:supervise-hall", slug)


def _mine_or_404(request: HttpRequest, slug: str) -> Hall:
    try:
        return supervising.supervised_hall(actor_of(request), slug)
    except NotFound as missing:
        raise Http404 from missing


def _number(request: HttpRequest, name: str) -> int:
    told = request.POST.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 9 else 0


def _minute(told: str) -> int:
    """Read "08:30"; what can't be read lies outside every day."""
    hour, _colon, minute = told.partition(":")
    is_time = hour.isascii() and minute.isascii() and hour.isdigit() and minute.isdigit() and len(told) <= 5
    return int(hour) * 60 + int(minute) if is_time else -1
