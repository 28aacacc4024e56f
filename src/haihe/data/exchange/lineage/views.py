"""Pages of lineage: for a resource's owner and operators whole, for those who were granted it from the snapshot on."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.exchange.lineage import focus
from haihe.data.exchange.lineage.pages import lineage_page

_SEEN_BY: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def of_resource(request: HttpRequest, resource: str) -> HttpResponse:
    try:
        return _shown(request, focus.of_resource(actor_of(request), resource))
    except focus.NoLineage:
        raise Http404 from None


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def of_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        return _shown(request, focus.of_run(actor_of(request), pk))
    except focus.NoLineage:
        raise Http404 from None


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def of_snapshot(request: HttpRequest, snapshot: str) -> HttpResponse:
    try:
        return _shown(request, focus.of_snapshot(actor_of(request), snapshot))
    except focus.NoLineage:
        raise Http404 from None


def _shown(request: HttpRequest, found: focus.Focus) -> HttpResponse:
    page = lineage_page(actor_of(request), found, now=timezone.now())
    return render(request, "exchange/lineage/lineage.html", {"page": page})
