"""Pages of lookups: the grid, one lookup with its answer, the favourites."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.lookups import adapters, operations, pages, reading
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.errors import (
    InputRefused,
    LockedOut,
    LookupNotFound,
    NotRealName,
    TooOften,
)
from haihe.platforms.services.lookups.keeping import kept_answer
from haihe.platforms.services.lookups.kinds import Outcome
from haihe.platforms.services.lookups.records import Told
from haihe.platforms.services.lookups.typing_in import TYPED

_STATUS = {Outcome.BUSY: 429, Outcome.UNREACHABLE: 503, Outcome.ENDED: 503, Outcome.WRONG: 422}


@never_cache
@gzip_page
@require_safe
def grid(request: HttpRequest) -> HttpResponse:
    page = pages.grid(actor_of(request), by_topic=request.GET.get("by") == "topic")
    return render(request, "lookups/grid.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Say what is asked and of whom; show one's own answer while it may be shown; ask, by POST alone."""
    found = _lookup_or_404(slug)
    if request.method == "POST":
        return ask(request, found)
    told = None if "again" in request.GET else kept_answer(actor_of(request), found, now=timezone.now())
    return _page(request, found, told=told)


@role_required(Role.CITIZEN)
def ask(request: HttpRequest, found: LookupDefinition) -> HttpResponse:
    try:
        told = operations.ask(
            actor=actor_of(request),
            slug=found.slug,
            typed=request.POST.get(TYPED, ""),
            querier=adapters.querier(),
            now=timezone.now(),
        )
    except (InputRefused, NotRealName) as refused:
        return _page(request, found, complaint=refused.message, status=422)
    except (TooOften, LockedOut) as refused:
        answer = _page(request, found, complaint=refused.message, status=429)
        answer["Retry-After"] = str(refused.wait_s)
        return answer
    return _page(request, found, told=told, status=_STATUS.get(told.outcome, 200))


@require_POST
@role_required(Role.CITIZEN)
def favourite(request: HttpRequest, slug: str) -> HttpResponse:
    found = _lookup_or_404(slug)
    likes = request.POST.get("on") == "1"
    operations.set_favourite(actor=actor_of(request), slug=found.slug, is_favourite=likes)
    messages.success(request, _("已收藏，下次在最上面。") if likes else _("已取消收藏。"))
    return redirect("services:lookup", slug=found.slug)


def _page(
    request: HttpRequest, found: LookupDefinition, *, told: Told | None = None, complaint: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "page": pages.intro(found, actor_of(request), on=timezone.localdate()),
        "lookup": found,
        "answer": pages.answer_page(told) if told else None,
        "complaint": complaint,
        "typed": request.POST.get(TYPED, "")[:40],
    }
    return render(request, "lookups/lookup.html", context, status=status)


def _lookup_or_404(slug: str) -> LookupDefinition:
    try:
        return reading.lookup(slug)
    except LookupNotFound as missing:
        raise Http404(missing.message) from missing
