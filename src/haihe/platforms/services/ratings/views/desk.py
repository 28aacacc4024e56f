"""Low ratings, for those who see to them; and screens at windows."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import NotPermitted, Role, actor_of, role_required
from haihe.platforms.services.ratings import desk_pages, operations, queries
from haihe.platforms.services.ratings.errors import InputRefused, NotFound, RatingError
from haihe.platforms.services.ratings.models import LowRating
from haihe.platforms.services.ratings.ports import windows_of
from haihe.platforms.services.ratings.workflow import OPEN

_READERS = (Role.APPROVER, Role.OPERATOR)
_PAGE_ROWS = 20


@never_cache
@require_safe
@role_required(*_READERS)
def low_ratings(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    only = request.GET.get("show", "open")
    rows = queries.visible_low_ratings(actor)
    shown = rows if only == "all" else rows.filter(state__in=OPEN).order_by("due_at", "id")
    page = Paginator(shown, _PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": desk_pages.low_rows(page, now=now),
        "only": "all" if only == "all" else "open",
        "may_open_terminals": actor.has(Role.APPROVER),
    }
    return render(request, "ratings/desk.html", context)


@never_cache
@require_safe
@role_required(*_READERS)
def low(request: HttpRequest, number: str) -> HttpResponse:
    page = desk_pages.low_page(actor_of(request), _found(request, number), now=timezone.now())
    return render(request, "ratings/low.html", {"page": page})


@never_cache
@require_POST
@role_required(*_READERS)
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    words = request.POST.get("words", "")
    try:
        if name == "take":
            operations.assign(actor=actor, number=number, now=now)
        else:
            operations.move(actor=actor, number=number, name=name, words=words, now=now)
    except NotFound:
        raise Http404 from None
    except NotPermitted:
        return _refused(request, number, _("这一步不能由您来办：经办人和本单位以外的人不能办理。"), words)
    except RatingError as wrong:
        return _refused(request, number, wrong.message, words)
    messages.success(request, _("已办理。"))
    return redirect("ratings:low", number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.APPROVER)
def terminals(request: HttpRequest) -> HttpResponse:
    """List the screens of one's own windows, and open one: its address is shown once."""
    actor, complaint, address = actor_of(request), "", ""
    if request.method == "POST":
        organisation, _bar, window = request.POST.get("window", "").partition("|")
        try:
            token = operations.open_terminal(actor=actor, organisation=organisation, window=window, now=timezone.now())
            address = request.build_absolute_uri(reverse("ratings:terminal", args=[token]))
        except InputRefused as wrong:
            complaint = wrong.message
    rows = list(queries.terminals_of(actor))
    screened = {(row.organisation, row.window) for row in rows}
    windows = {code: windows_of([code]) for code in sorted(actor.organisations(Role.APPROVER))}
    labels = {(code, one.id): one.label for code, found in windows.items() for one in found}
    context = {
        "rows": [(row, labels.get((row.organisation, row.window), row.window)) for row in rows],
        "windows": [
            (f"{code}|{window}", label) for (code, window), label in labels.items() if (code, window) not in screened
        ],
        "complaint": complaint,
        "address": address,
    }
    return render(request, "ratings/terminals.html", context, status=422 if complaint else 200)


@never_cache
@require_POST
@role_required(Role.APPROVER)
def close_terminal(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        operations.close_terminal(actor=actor_of(request), pk=pk, now=timezone.now())
    except NotFound:
        raise Http404 from None
    messages.success(request, _("评价器已停用。"))
    return redirect("ratings:terminals")


def _found(request: HttpRequest, number: str) -> LowRating:
    try:
        return queries.low_rating_for(actor_of(request), number)
    except NotFound:
        raise Http404 from None


def _refused(request: HttpRequest, number: str, complaint: str, typed: str) -> HttpResponse:
    found = _found(request, number)
    page = desk_pages.low_page(actor_of(request), found, now=timezone.now(), complaint=complaint, typed=typed)
    return render(request, "ratings/low.html", {"page": page}, status=422)
