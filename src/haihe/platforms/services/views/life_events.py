"""A life event and its cases: for those whose it is, and for the clerks of its departments."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services import life_events


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def life_event(request: HttpRequest, number: str) -> HttpResponse:
    page = life_events.own_life_event(actor_of(request), number, now=timezone.now())
    if page is None:
        raise Http404(_("没有找到这件事。"))
    return render(request, "services/life_event.html", {"page": page})


@never_cache
@require_safe
@role_required(Role.CLERK, Role.APPROVER, Role.FIELD_WORKER)
def desk_life_event(request: HttpRequest, number: str) -> HttpResponse:
    page = life_events.desk_life_event(actor_of(request), number, now=timezone.now())
    if page is None:
        raise Http404(_("没有找到这件事。"))
    return render(request, "services/desk_life_event.html", {"page": page})
