"""The terminal in the hall: big buttons, a number on the screen and on the phone. A browser becomes one by a signed
cookie that whoever runs the hall sets on it; nobody is signed in there.
"""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import SIGNED_OUT, Role, actor_of, role_required
from haihe.platforms.services.items.api import Filters, find_items
from haihe.platforms.services.window import operations, pages, queries
from haihe.platforms.services.window import priorities as rules
from haihe.platforms.services.window.errors import NotFound, WindowError
from haihe.platforms.services.window.models import Hall, QueueTicket, Source
from haihe.platforms.services.window.views.numbers import wish_of
from haihe.platforms.services.window.views.public import hall_or_404

COOKIE = "haihe_terminal"
_SALT = "window.terminal"
_KEPT_S = 366 * 24 * 3600
_FOUND = 8


@never_cache
@require_http_methods(["GET", "POST"])
def terminal(request: HttpRequest, slug: str) -> HttpResponse:
    hall = _terminal_or_404(request, slug)
    if request.method == "POST":
        return _take(request, hall)
    typed = request.GET.get("q", "").strip()
    today = timezone.localdate()
    found = find_items(Filters(q=typed), on=today).rows[:_FOUND] if typed else []
    context = {
        "hall": hall,
        "state": queries.hall_state(hall, now=timezone.now(), today=today),
        "q": typed,
        "found": found,
        "item": pages.item_of(request.GET.get("item", ""), today=today),
        "priorities": rules.told_at_the_terminal(),
    }
    return render(request, "window/terminal.html", context)


@never_cache
@require_safe
def slip(request: HttpRequest, slug: str, ticket: UUID) -> HttpResponse:
    """Show the number that was just taken, to remember, to print, or to take along by its QR code."""
    hall = _terminal_or_404(request, slug)
    found = QueueTicket.objects.filter(pk=ticket, hall=hall, day=timezone.localdate()).select_related("hall").first()
    if found is None:
        raise Http404
    return render(request, "window/slip.html", {"hall": hall, "page": pages.ticket_page(found, now=timezone.now())})


@require_POST
def check_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Turn an appointment's code into a number; a code that isn't one says no more than that."""
    hall = _terminal_or_404(request, slug)
    try:
        ticket = operations.check_in(hall=hall, code=request.POST.get("code", "").strip()[:8], now=timezone.now())
    except NotFound:
        messages.error(request, _("没有找到这个签到码的预约，请核对数字，或者直接取号。"))
    except WindowError as refused:
        messages.error(request, refused.message)
    else:
        return redirect("window:slip", hall.slug, ticket.pk)
    return redirect("window:terminal", hall.slug)


@require_POST
@role_required(Role.APPROVER, Role.CLERK)
def enable(request: HttpRequest, slug: str) -> HttpResponse:
    """Make this browser a terminal of the hall: by its supervisor, or a clerk who sits there today."""
    actor, hall, now = actor_of(request), hall_or_404(slug), timezone.now()
    sits = any(
        one.counter.hall_id == hall.pk for one in queries.shifts_now(actor, now=now, today=timezone.localdate(now))
    )
    if not sits and not queries.supervised(actor).filter(pk=hall.pk).exists():
        raise Http404
    response = redirect("window:terminal", hall.slug)
    response.set_signed_cookie(
        COOKIE, hall.slug, salt=_SALT, max_age=_KEPT_S, httponly=True, samesite="Strict", secure=request.is_secure()
    )
    messages.info(request, _("这台设备已成为取号机。请退出您的账号，再交给群众使用。"))
    return response


def _take(request: HttpRequest, hall: Hall) -> HttpResponse:
    try:
        ticket = operations.take_number(
            actor=SIGNED_OUT, hall=hall, source=Source.TERMINAL, wish=wish_of(request), now=timezone.now()
        )
    except WindowError as refused:
        messages.error(request, refused.message)
        return redirect("window:terminal", hall.slug)
    return redirect("window:slip", hall.slug, ticket.pk)


def _terminal_or_404(request: HttpRequest, slug: str) -> Hall:
    told = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=_KEPT_S)
    try:
        hall = queries.hall_with(slug)
    except NotFound as missing:
        raise Http404 from missing
    if told != hall.slug:
        raise Http404(_("这台设备还不是这个大厅的取号机。请大厅负责人在“窗口叫号”或“大厅管理”里启用。"))
    return hall
