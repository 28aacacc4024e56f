"""A service: what may be asked of a register, in words."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.sharing import operations, pages
from haihe.data.sharing.forms_closing import StopForm
from haihe.data.sharing.queries import access
from haihe.data.sharing.views.answering import READERS, attempt, or_404


@never_cache
@require_safe
@role_required(*READERS)
def show(request: HttpRequest, slug: str) -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: access.service_for(actor, slug))
    return render(request, "sharing/service.html", {"page": pages.service_page(actor, row)})


@require_POST
@role_required(Role.APPROVER)
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a stop, stop in an emergency, or start again: what the form says in `how`."""
    actor, now, form = actor_of(request), timezone.now(), StopForm(request.POST)
    form.is_valid()
    given: dict[str, Any] = {"actor": actor, "slug": slug, "reason": form.cleaned_data.get("words", ""), "now": now}
    how, token = request.POST.get("how", ""), form.cleaned_data.get("token") or uuid4()
    made: list[str] = []

    def act() -> None:
        if how == "start":
            operations.start_service(**given)
        elif how == "now":
            made.append(operations.stop_at_once(**given, token=token))
        else:
            day = form.cleaned_data.get("planned_on")
            made.append(operations.plan_stop(**given, planned_on=day, token=token))

    complaint = attempt(request, act)
    return redirect("sharing:stop", number=made[0]) if made and not complaint else _done(request, slug, complaint)


@require_POST
@role_required(Role.OPERATOR)
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the gateway connect to a department's own interface."""
    actor = actor_of(request)
    networks = request.POST.get("networks", "").replace("，", " ").replace(",", " ").split()
    complaint = attempt(
        request, lambda: operations.confirm_source(actor=actor, slug=slug, networks=networks, now=timezone.now())
    )
    return _done(request, slug, complaint)


@require_POST
@role_required(Role.STEWARD)
def renew_secret(request: HttpRequest, slug: str) -> HttpResponse:
    """Replace the key to one's own interface."""
    actor, secret = actor_of(request), request.POST.get("secret", "")
    complaint = attempt(
        request, lambda: operations.renew_source_secret(actor=actor, slug=slug, secret=secret, now=timezone.now())
    )
    return _done(request, slug, complaint)


def _done(request: HttpRequest, slug: str, complaint: str) -> HttpResponse:
    if complaint:
        actor = actor_of(request)
        page = pages.service_page(actor, or_404(lambda: access.service_for(actor, slug)), complaint=complaint)
        return render(request, "sharing/service.html", {"page": page}, status=422)
    return redirect("sharing:service", slug=slug)
