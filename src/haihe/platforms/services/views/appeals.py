"""Reviews that a body has to answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services import appeals as appeals_of

_PAGE_ROWS = 30
_FURTHEST = 3000


@never_cache
@require_safe
@role_required(Role.CLERK, Role.APPROVER)
def appeals(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    closed = request.GET.get("show") == "closed"
    after = request.GET.get("after", "")
    start = min(int(after), _FURTHEST) if after.isascii() and after.isdigit() and len(after) < 6 else 0
    found = list(appeals_of.appeals_of(actor, closed=closed)[start : start + _PAGE_ROWS + 1])
    context = {
        "rows": [appeals_of.appeal_row(one, actor, now=now) for one in found[:_PAGE_ROWS]],
        "closed": closed,
        "more": start + _PAGE_ROWS if len(found) > _PAGE_ROWS else 0,
    }
    return render(request, "services/appeals.html", context)
