"""Pages of reports: for stewards and approvers of the owner, and for the data bureau over all owners."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.exchange.quality.report_pages import overview_page, report_page
from haihe.data.exchange.quality.warned_pages import warned_page

_SEEN_BY: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def overview(request: HttpRequest) -> HttpResponse:
    owner = request.GET.get("owner", "").replace("\x00", "")[:12]
    page = overview_page(actor_of(request), owner=owner, number=request.GET.get("page"))
    return render(request, "exchange/quality/overview.html", {"page": page})


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def warned(request: HttpRequest, pk: UUID) -> HttpResponse:
    page = warned_page(actor_of(request), pk, code=request.GET.get("code", ""), number=request.GET.get("page"))
    return render(request, "exchange/quality/warned.html", {"page": page})


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "exchange/quality/report.html", {"page": report_page(actor_of(request), pk)})
