"""A grant: what it permits, how it is used, how it goes on, its end, and what becomes of the data."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.sharing import operations, pages
from haihe.data.sharing.adapters.links import try_link
from haihe.data.sharing.errors import SharingError
from haihe.data.sharing.forms import RenewForm
from haihe.data.sharing.link_pages import link_page
from haihe.data.sharing.queries import access
from haihe.data.sharing.views.answering import MOVERS, READERS, attempt, or_404, told


@never_cache
@require_safe
@role_required(*READERS)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: access.grant_for(actor, pk))
    return render(request, "sharing/grant.html", {"page": pages.grant_page(actor, row, now=timezone.now())})


@never_cache
@require_safe
@role_required(*MOVERS)
def link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Test the way from the asker's key to the signed reply. Changes nothing, so it is a page to look at."""
    row = or_404(lambda: access.grant_for(actor_of(request), pk))
    return render(request, "sharing/link.html", {"page": link_page(row, try_link(row, now=timezone.now()))})


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


@require_POST
@role_required(Role.STEWARD)
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for it to go on, with what it said; the way of the new request is that of any other."""
    actor, form, now = actor_of(request), RenewForm(request.POST), timezone.now()
    row = or_404(lambda: access.grant_for(actor, pk))
    complaint = _("请填写使用时限和每日限额。")
    if form.is_valid():
        asked = form.cleaned_data
        try:
            made = operations.renew_grant(
                actor=actor,
                grant_id=pk,
                token=asked["token"],
                months=asked["duration_months"],
                quota_per_day=asked["quota_per_day"],
                now=now,
            )
            return redirect("sharing:request", pk=made)
        except SharingError as refused:
            complaint = refused.message
    page = pages.grant_page(actor, row, now=now, complaint=complaint, form=form)
    return render(request, "sharing/grant.html", {"page": page}, status=422)


@require_POST
@role_required(*MOVERS)
def move_disposal(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    actor, form, now = actor_of(request), told(request), timezone.now()
    disposal = or_404(lambda: access.disposal_for(actor, pk))
    complaint = attempt(
        request,
        lambda: operations.move_disposal(
            actor=actor,
            disposal_id=pk,
            name=name,
            now=now,
            words=form.cleaned_data.get("words", ""),
            method=form.cleaned_data.get("method", ""),
            disposed_on=form.cleaned_data.get("disposed_on"),
            seen=form.cleaned_data.get("seen"),
        ),
    )
    if complaint:
        page = pages.grant_page(actor, disposal.grant, now=now, complaint=complaint)
        return render(request, "sharing/grant.html", {"page": page}, status=422)
    return redirect("sharing:grant", pk=disposal.grant.pk)
