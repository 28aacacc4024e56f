"""A grant: what it permits, how it is used, and its end."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.data.sharing import operations, pages
from haihe.data.sharing.queries import access
from haihe.data.sharing.views.answering import MOVERS, READERS, attempt, or_404, told


@never_cache
@require_safe
@role_required(*READERS)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: access.grant_for(actor, pk))
    return render(request, "sharing/grant.html", {"page": pages.grant_page(actor, row, now=timezone.now())})


@require_POST
@role_required(*MOVERS)
def move(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    actor, form, now = actor_of(request), told(request), timezone.now()
    row = or_404(lambda: access.grant_for(actor, pk))
    complaint = attempt(
        request,
        lambda: operations.move_grant(
            actor=actor,
            grant_id=pk,
            name=name,
            now=now,
            words=form.cleaned_data.get("words", ""),
            seen=form.cleaned_data.get("seen"),
            put_right_by=form.cleaned_data.get("put_right_by"),
        ),
    )
    if complaint:
        page = pages.grant_page(actor, row, now=now, complaint=complaint)
        return render(request, "sharing/grant.html", {"page": page}, status=422)
    return redirect("sharing:grant", pk=pk)
