"""Reviews that a body has to answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.base.paging import api as paging
from haihe.platforms.services import appeals as appeals_of
from haihe.platforms.services import pages


@never_cache
@require_safe
@role_required(Role.CLERK, Role.APPROVER)
def appeals(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    closed = request.GET.get("show") == "closed"
    segments = appeals_of.appeals_of(actor, closed=closed)
    found = paging.part(segments, after=request.GET.get("after", ""), most=pages.PAGE_ROWS)
    rows = [appeals_of.appeal_row(one, actor, now=now) for one in found.rows]
    context = {"rows": rows, "closed": closed, "after": found.after}
    return render(request, "services/appeals.html", context)
