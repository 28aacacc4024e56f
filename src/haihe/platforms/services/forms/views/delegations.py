"""Whom one lets act for oneself, and for whom one may act."""

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.forms import operations, ports
from haihe.platforms.services.forms.definition import shared_sections
from haihe.platforms.services.forms.errors import DraftNotFound, FormsError
from haihe.platforms.services.forms.fields import Option


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CITIZEN)
def delegations(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    complaint = _give(request, now) if request.method == "POST" else ""
    if request.method == "POST" and not complaint:
        return redirect("services_forms:delegations")
    context = {
        "rows": operations.delegations_of(actor_of(request), now=now),
        "relations": _relations(),
        "complaint": complaint,
        "typed": request.POST,
        "offer": ports.offer(request.POST.get("item") or request.GET.get("item", ""), on=timezone.localdate(now)),
        "longest": timezone.localdate(now) + operations.LONGEST,
        "today": timezone.localdate(now),
    }
    return render(request, "services_forms/delegations.html", context, status=422 if complaint else 200)


@require_POST
@role_required(Role.CITIZEN)
def revoke(request: HttpRequest, delegation: UUID) -> HttpResponse:
    try:
        operations.revoke(actor=actor_of(request), delegation_id=delegation, now=timezone.now())
    except DraftNotFound as missing:
        raise Http404 from missing
    messages.success(request, _("授权已撤销，双方都会收到通知。"))
    return redirect("services_forms:delegations")


def _give(request: HttpRequest, now: datetime) -> str:
    """Give what was typed; return why it couldn't be."""
    relation = request.POST.get("relation", "")
    if relation not in {option.value for option in _relations()}:
        return _("请选择您和代办人的关系。")
    try:
        until = date.fromisoformat(request.POST.get("valid_until", ""))
    except ValueError:
        return _("授权期限请选今天到一年之内的日期。")
    try:
        operations.delegate(
            actor=actor_of(request),
            holder_name=request.POST.get("holder_name", ""),
            holder_id_number=request.POST.get("holder_id_number", ""),
            relation=relation,
            valid_until=until,
            item=request.POST.get("item", ""),
            now=now,
        )
    except FormsError as wrong:
        return wrong.message
    messages.success(request, _("已授权。对方可以在您授权的期限内替您办理。"))
    return ""


def _relations() -> tuple[Option, ...]:
    agent = shared_sections()["agent"]
    return next(field.options for field in agent.fields if field.name == "family_relation")
