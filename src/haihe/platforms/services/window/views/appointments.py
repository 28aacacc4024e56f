"""Appointments on the phone: choose an hour, see the code, move it, cancel it."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.window import booking_pages, operations, queries
from haihe.platforms.services.window.errors import NotFound, WindowError
from haihe.platforms.services.window.models import Appointment
from haihe.platforms.services.window.operations import Hour
from haihe.platforms.services.window.views.numbers import drawn
from haihe.platforms.services.window.views.public import hall_or_404


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CITIZEN)
def book(request: HttpRequest, slug: str) -> HttpResponse:
    hall = hall_or_404(slug)
    if request.method == "POST":
        try:
            made = operations.book(
                actor=actor_of(request),
                hall=hall,
                item=request.POST.get("item", "")[:64],
                at=_hour_of(request),
                now=timezone.now(),
            )
        except WindowError as refused:
            messages.error(request, refused.message)
            return redirect(request.get_full_path())
        return redirect("window:appointment", made.pk)
    page = booking_pages.booking_page(hall, request.GET.dict(), now=timezone.now())
    return render(request, "window/book.html", {"page": page, "hall": hall})


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def appointments(request: HttpRequest) -> HttpResponse:
    rows = booking_pages.appointment_rows(actor_of(request), today=timezone.localdate())
    return render(request, "window/appointments.html", {"rows": rows})


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def appointment(request: HttpRequest, appointment: UUID) -> HttpResponse:
    page = booking_pages.appointment_page(_mine_or_404(request, appointment), now=timezone.now())
    return render(request, "window/appointment.html", {"page": page})


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def code(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """Draw the code that the terminal reads."""
    return drawn(_mine_or_404(request, appointment).code)


@require_POST
@role_required(Role.CITIZEN)
def move(request: HttpRequest, appointment: UUID) -> HttpResponse:
    try:
        operations.rebook(actor=actor_of(request), appointment_id=appointment, at=_hour_of(request), now=timezone.now())
    except NotFound as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
    return redirect("window:appointment", appointment)


@require_POST
@role_required(Role.CITIZEN)
def cancel(request: HttpRequest, appointment: UUID) -> HttpResponse:
    try:
        operations.cancel(actor=actor_of(request), appointment_id=appointment, now=timezone.now())
    except NotFound as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
        return redirect("window:appointment", appointment)
    messages.success(request, _("预约已取消，时间已让给别人。"))
    return redirect("window:appointments")


def _hour_of(request: HttpRequest) -> Hour:
    """Read "2026-11-27 9"; what can't be read is an hour that no hall offers."""
    day, _space, hour = request.POST.get("at", "")[:16].partition(" ")
    try:
        return Hour(date.fromisoformat(day), int(hour))
    except ValueError:
        return Hour(date.min, 0)


def _mine_or_404(request: HttpRequest, appointment: UUID) -> Appointment:
    try:
        return queries.appointment_for(actor_of(request), appointment)
    except NotFound as missing:
        raise Http404 from missing
