"""The portal, the workbench, and the small switches of the layout."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts import api as accounts
from haihe.base.notices import api as notices
from haihe.data.matching import api as matching
from haihe.web.living_page import living_page
from haihe.web.navigation import home_of
from haihe.web.portal import portal_page

CARE_COOKIE = "haihe_care"
_YEAR_S = 365 * 24 * 3600


@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    page = portal_page(now=timezone.now())
    return render(request, "web/portal.html", {"page": page})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Lead the old address to the one search there is."""
    asked = request.GET.urlencode()
    return redirect(f"{reverse('services:search')}{'?' if asked else ''}{asked}", permanent=True)


@require_safe
@accounts.role_required()
def workbench(request: HttpRequest) -> HttpResponse:
    """Show what this person can do here; citizens go straight to their phone pages."""
    home = home_of(accounts.actor_of(request))
    if home != request.path:
        return redirect(home)
    return render(request, "web/workbench.html")


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show one's own account: what waits for one's word, and the way out."""
    actor = accounts.actor_of(request)
    is_citizen = actor.has(accounts.Role.CITIZEN)
    waiting = matching.checks_waiting(actor) if is_citizen else 0
    unread = notices.unread_count(actor, now=timezone.now()) if is_citizen else 0
    context = {"is_citizen": is_citizen, "checks_waiting": waiting, "unread": unread}
    return render(request, "web/me.html", context)


@require_safe
def ui(request: HttpRequest) -> HttpResponse:
    """Show every component, alive. Only the demo has this page."""
    if not settings.HAIHE.demo:
        raise Http404
    page = living_page(now=timezone.now(), page=request.GET.get("page", ""))
    return render(request, "web/ui.html", {"page": page})


@require_POST
def care(request: HttpRequest) -> HttpResponse:
    """Switch the large type on or off (关怀版) and go back to the page."""
    response = HttpResponseRedirect(_back(request))
    if request.POST.get("on") == "1":
        response.set_cookie(
            CARE_COOKIE, "1", max_age=_YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    else:
        response.delete_cookie(CARE_COOKIE, samesite="Lax")
    return response


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"
