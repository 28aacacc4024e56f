"""Leads at the desk: made from a result, listed, handed out, decided, and what came of them by place."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.matching import pages_leads, queries_leads
from haihe.data.matching.forms import StepForm
from haihe.data.matching.operations.leading import make_leads
from haihe.data.matching.operations.visiting import move_lead
from haihe.data.matching.views.answering import OFFICE, PAGE_ROWS, attempt, or_404, tell
from haihe.data.matching.workflow import LeadState

_AT_THE_DESK = (*OFFICE, Role.DISPATCHER)
_PLACE_DIGITS = 12


@require_POST
@role_required(Role.STEWARD)
def make(request: HttpRequest, number: str) -> HttpResponse:
    made, refusal = attempt(lambda: make_leads(actor=actor_of(request), number=number, now=timezone.now()))
    tell(request, refusal, _("已生成 %(n)s 条线索，等待分派。") % {"n": made})
    return redirect("matching:run", number) if refusal else redirect("matching:leads")


@never_cache
@require_safe
@role_required(*_AT_THE_DESK)
def leads(request: HttpRequest) -> HttpResponse:
    actor, state = actor_of(request), request.GET.get("state", "")
    rows = queries_leads.visible_leads(actor)
    if state in LeadState.values:
        rows = rows.filter(state=state)
    shown = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    page = pages_leads.LeadsPage(
        rows=shown,
        leads=pages_leads.rows_of(shown, today=timezone.localdate()),
        states=pages_leads.states_shown(state),
        may_assign=actor.has(Role.DISPATCHER),
        workers=[],
    )
    return render(request, "matching/leads.html", {"page": page})


@never_cache
@require_safe
@role_required(*_AT_THE_DESK)
def lead(request: HttpRequest, number: str) -> HttpResponse:
    return _lead(request, number)


@require_POST
@role_required(*_AT_THE_DESK)
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Http404
    _done, refusal = attempt(
        lambda: move_lead(actor=actor_of(request), number=number, step=form.step(name), now=timezone.now())
    )
    if refusal:
        return _lead(request, number, refusal=refusal)
    tell(request, "", _("已办理。"))
    return redirect("matching:lead", number)


@never_cache
@require_safe
@role_required(*_AT_THE_DESK, Role.OPERATOR, Role.AUDITOR)
def progress(request: HttpRequest) -> HttpResponse:
    within = request.GET.get("within", "")
    if within and (len(within) != _PLACE_DIGITS or not within.isdecimal()):
        raise Http404
    page = pages_leads.progress_page(actor_of(request), within=within, now=timezone.now())
    if within and page.within is None:
        raise Http404
    return render(request, "matching/progress.html", {"page": page})


def _lead(request: HttpRequest, number: str, *, refusal: str = "") -> HttpResponse:
    actor = actor_of(request)
    found = or_404(lambda: queries_leads.lead_for(actor, number))
    page = pages_leads.lead_page(actor, found, phone=False, now=timezone.now(), refusal=refusal)
    return render(request, "matching/lead.html", {"page": page}, status=422 if refusal else 200)
