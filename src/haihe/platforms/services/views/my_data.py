"""谁用了我的数据: read, prove, report. Only one's own records exist here."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.matching import api as matching
from haihe.platforms.services import uses
from haihe.platforms.services.adapters import SharingCorrections
from haihe.platforms.services.operations.proving import LONGEST_NOTE, SHORTEST_STATEMENT


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def my_data(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    actor = actor_of(request)
    page = uses.uses_of(actor, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    waiting = matching.checks_waiting(actor)
    return render(request, "services/my_data.html", {"page": page, "is_first": not before, "checks_waiting": waiting})


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def proof(request: HttpRequest, evidence: UUID) -> HttpResponse:
    actor = actor_of(request)
    _own_or_404(actor, evidence)
    try:
        data = uses.proof_of(actor, str(evidence))
    except uses.ProofNotReady as early:
        messages.info(request, early.message)
        return redirect("services:my-data")
    answer = HttpResponse(data, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="haihe-proof-{evidence}.json"'
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CITIZEN)
def report(request: HttpRequest, evidence: UUID) -> HttpResponse:
    actor = actor_of(request)
    use = _own_or_404(actor, evidence)
    complaint = ""
    if request.method == "POST":
        complaint = _report(request, actor, use)
        if not complaint:
            return redirect("services:my-data")
    context = {"use": use, "complaint": complaint, "statement": request.POST.get("statement", "")}
    return render(request, "services/report.html", context, status=422 if complaint else 200)


def _report(request: HttpRequest, actor: Actor, use: uses.Use) -> str:
    statement = request.POST.get("statement", "").replace("\x00", "").strip()[:LONGEST_NOTE]
    if len(statement) < SHORTEST_STATEMENT:
        return _("请写明哪里不对，至少 5 个字，以便来源部门核实。")
    opened = uses.report_error(
        actor=actor, use=use, statement=statement, corrections=SharingCorrections(), now=timezone.now()
    )
    messages.success(request, _("错误报告已提交，编号 %(number)s。") % {"number": opened})
    return ""


def _own_or_404(actor: Actor, evidence: UUID) -> uses.Use:
    try:
        return uses.use_of(actor, str(evidence))
    except uses.UseNotFound as missing:
        raise Http404(missing.message) from missing
