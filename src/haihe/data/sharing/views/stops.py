"""The stop of a service: talked over with its users, filed with the authority, ended by its restoring."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.data.sharing import closing_pages, operations
from haihe.data.sharing.queries import access
from haihe.data.sharing.views.answering import MOVERS, READERS, attempt, or_404, told

PAGE_ROWS = 20


@never_cache
@require_safe
@role_required(*READERS)
def index(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.visible_stops(actor_of(request)), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "sharing/stops.html", {"page": closing_pages.StopsPage(rows)})


@never_cache
@require_safe
@role_required(*READERS)
def show(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number)


@require_POST
@role_required(*MOVERS)
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    actor, form = actor_of(request), told(request)
    words, seen = form.cleaned_data.get("words", ""), form.cleaned_data.get("seen")
    complaint = attempt(
        request,
        lambda: operations.move_stop(actor=actor, number=number, name=name, now=timezone.now(), words=words, seen=seen),
    )
    return _page(request, number, complaint) if complaint else redirect("sharing:stop", number=number)


def _page(request: HttpRequest, number: str, complaint: str = "") -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: access.stop_for(actor, number))
    page = closing_pages.stop_page(actor, row, now=timezone.now(), complaint=complaint)
    return render(request, "sharing/stop.html", {"page": page}, status=422 if complaint else 200)
