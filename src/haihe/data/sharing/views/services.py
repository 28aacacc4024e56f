"""A service: what may be asked of a register, in words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.sharing import operations, pages
from haihe.data.sharing.queries import access
from haihe.data.sharing.views.answering import READERS, attempt, or_404, told


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
    actor, form = actor_of(request), told(request)
    complaint = attempt(
        request,
        lambda: operations.switch_service(
            actor=actor,
            slug=slug,
            enabled=request.POST.get("enabled") == "1",
            reason=form.cleaned_data.get("words", ""),
            now=timezone.now(),
        ),
    )
    return _done(request, slug, complaint)


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
