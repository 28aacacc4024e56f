"""Demands: who asked, who is to answer, and what they answered. The papers' own pages are in `data.sharing`."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.catalogue.errors import CatalogueError
from haihe.data.catalogue.needs import operations, queries
from haihe.data.catalogue.needs.models import Demand, DemandState

_READERS = (Role.STEWARD, Role.APPROVER, Role.OPERATOR, Role.AUDITOR)
_PAGE_ROWS = 20


@never_cache
@require_safe
@role_required(*_READERS)
def demands(request: HttpRequest) -> HttpResponse:
    is_open = Case(When(state=DemandState.OPEN, then=Value(0)), default=Value(1))
    rows = queries.visible_demands(actor_of(request)).order_by(is_open, "-asked_at", "-number")
    page = Paginator(rows, _PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "catalogue/needs/demands.html", {"rows": page})


@never_cache
@require_safe
@role_required(*_READERS)
def demand(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    return _demand(request, actor, _found(actor, number))


@require_POST
@role_required(Role.STEWARD, Role.APPROVER)
def answer(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    row = _found(actor, number)
    words, resource = (request.POST.get(name, "").replace("\x00", "") for name in ("words", "resource"))
    try:
        operations.answer_demand(actor=actor, number=number, words=words, resource=resource, now=timezone.now())
    except CatalogueError as refused:
        told = {"complaint": refused.message, "words": words, "resource": resource}
        return _demand(request, actor, row, told, status=422)
    messages.success(request, _("已答复，提出单位会收到提醒。"))
    return redirect("catalogue:demand", number=number)


def _found(actor: Actor, number: str) -> Demand:
    try:
        return queries.demand_for(actor, number)
    except queries.DemandNotFound:
        raise Http404 from None


def _demand(
    request: HttpRequest, actor: Actor, row: Demand, told: dict[str, str] | None = None, *, status: int = 200
) -> HttpResponse:
    may_answer = row.state == DemandState.OPEN and queries.may_answer(actor, row)
    context = {"row": row, "may_answer": may_answer} | (told or {})
    return render(request, "catalogue/needs/demand.html", context, status=status)
