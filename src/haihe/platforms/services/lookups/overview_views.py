"""Pages of the overview: choose several lookups, see all their answers on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.lookups import adapters
from haihe.platforms.services.lookups.overview import ask_several, overview


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CITIZEN)
def own_overview(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    if request.method != "POST":
        return render(request, "lookups/overview.html", {"page": overview(actor, now=now)})
    page = ask_several(actor=actor, slugs=request.POST.getlist("lookup"), querier=adapters.querier(), now=now)
    return render(
        request, "lookups/overview.html", {"page": page, "asked": True}, status=429 if page.complaint else 200
    )
