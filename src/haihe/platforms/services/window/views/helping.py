"""Pages of 帮办代办: write the consent down, fill in for the person, and let them see who acted for them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import NotPermitted, Role, actor_of, role_required
from haihe.platforms.services.items.api import Filters, find_items
from haihe.platforms.services.window import helping, operations, pages
from haihe.platforms.services.window.errors import NotFound, WindowError
from haihe.platforms.services.window.models import Consent
from haihe.platforms.services.window.operations import Agreed

_FOUND = 8


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CLERK, Role.FIELD_WORKER)
def help_desk(request: HttpRequest) -> HttpResponse:
    actor, now, today = actor_of(request), timezone.now(), timezone.localdate()
    if request.method == "POST":
        return _agree(request)
    q = request.GET.get("q", "").strip()[:60]
    context = {
        "rows": helping.help_rows(actor, now=now),
        "q": q,
        "found": find_items(Filters(q=q), on=today).rows[:_FOUND] if q else [],
        "item": pages.item_of(request.GET.get("item", "")[:64], today=today),
        "consents": Consent.choices,
    }
    return render(request, "window/help.html", context)


@never_cache
@require_safe
@role_required(Role.CLERK, Role.FIELD_WORKER)
def help_one(request: HttpRequest, assistance: UUID) -> HttpResponse:
    actor = actor_of(request)
    try:
        page = helping.help_row(helping.help_of(actor, assistance), actor, now=timezone.now())
    except NotFound as missing:
        raise Http404 from missing
    return render(request, "window/help_one.html", {"page": page})


@require_POST
@role_required(Role.CLERK, Role.FIELD_WORKER)
def begin(request: HttpRequest, assistance: UUID) -> HttpResponse:
    try:
        draft = operations.begin_help(actor=actor_of(request), assistance_id=assistance, now=timezone.now())
    except (NotFound, NotPermitted) as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
        return redirect("window:help-one", assistance)
    return redirect("services_forms:window", draft)


@require_POST
@role_required(Role.CLERK, Role.FIELD_WORKER, Role.CITIZEN)
def end(request: HttpRequest, assistance: UUID) -> HttpResponse:
    actor = actor_of(request)
    try:
        operations.end_help(actor=actor, assistance_id=assistance, now=timezone.now())
    except NotFound as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
    return redirect("window:helped" if actor.has(Role.CITIZEN) else "window:help")


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def helped(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    rows = [helping.help_row(row, actor, now=now) for row in helping.helped(actor)]
    return render(request, "window/helped.html", {"rows": rows})


def _agree(request: HttpRequest) -> HttpResponse:
    told = {
        name: request.POST.get(name, "")[:120] for name in ("name", "id_number", "item", "place", "consent", "witness")
    }
    try:
        made = operations.agree(actor=actor_of(request), agreed=Agreed(**told), now=timezone.now())
    except WindowError as refused:
        messages.error(request, refused.message)
        return redirect(request.get_full_path())
    return redirect("window:help-one", made.pk)
