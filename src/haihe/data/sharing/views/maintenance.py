"""Providers' maintenance: what runs, comes and was; announced and ended by its owner or the authority."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from haihe.base.accounts.api import NotPermitted, actor_of, role_required
from haihe.data.sharing import maintenance_pages, operations
from haihe.data.sharing.errors import SharingError
from haihe.data.sharing.views.answering import MOVERS, READERS, attempt


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*READERS)
def index(request: HttpRequest) -> HttpResponse:
    """Read what concerns one; an owner announces its own."""
    actor, now = actor_of(request), timezone.now()
    form = maintenance_pages.form_for(actor, request.POST or None)
    if request.method == "POST" and form is None:
        raise NotPermitted("announce_maintenance")
    if form is not None and form.is_valid():
        try:
            operations.announce_maintenance(actor=actor, announcement=form.announcement(), now=now)
            messages.success(request, _("已公告，使用部门已收到通知；到时自动开始、自动结束。"))
            return redirect("sharing:maintenance")
        except SharingError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return _page(request, form)


@require_POST
@role_required(*MOVERS)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the gateway answer again before the time, or take back what is to come."""
    actor = actor_of(request)
    complaint = attempt(request, lambda: operations.end_maintenance(actor=actor, maintenance_id=pk, now=timezone.now()))
    if complaint:
        return _page(request, maintenance_pages.form_for(actor), complaint)
    return redirect("sharing:maintenance")


def _page(request: HttpRequest, form: maintenance_pages.MaintenanceForm | None, complaint: str = "") -> HttpResponse:
    page = maintenance_pages.maintenance_page(
        actor_of(request), number=request.GET.get("page"), now=timezone.now(), form=form, complaint=complaint
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "sharing/maintenance.html", {"page": page}, status=status)
