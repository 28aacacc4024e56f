"""The inbox: what one is told, unread first to the eye, each line a way to its thing."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.base.notices.operations import mark_read
from haihe.base.notices.queries import notices_of, told, unread_count

PAGE_ROWS = 30


@never_cache
@require_safe
@role_required()
def inbox(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    rows = Paginator(notices_of(actor, now=now), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"rows": rows, "notices": told(rows, actor=actor), "unread": unread_count(actor, now=now)}
    return render(request, "notices/inbox.html", context)


@never_cache
@require_safe
@role_required()
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the thing; who went there has read the notice."""
    actor, now = actor_of(request), timezone.now()
    row = notices_of(actor, now=now).filter(pk=pk).first()
    if row is None:
        raise Http404
    if request.method == "GET":
        mark_read(actor=actor, notice_id=pk, now=now)
    return redirect(row.path)


@require_POST
@role_required()
def read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    mark_read(actor=actor_of(request), now=timezone.now())
    return redirect("notices:inbox")
