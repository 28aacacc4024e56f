"""The auditor's pages."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.base.ledger import pages
from haihe.base.ledger.forms import choices, read_filters
from haihe.base.ledger.queries import NotRecorded, NotSealedYet, SealBroken


@require_GET
@role_required(Role.AUDITOR, Role.OPERATOR)
def auditor(request: HttpRequest) -> HttpResponse:
    """List the uses of personal data, newest first."""
    form = read_filters(request.GET.dict())
    page = pages.auditor_page(actor_of(request), form.filters(), before=form.cleaned_data.get("before"))
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "page": page,
        "form": form,
        "consumers": choices(page.consumers, form.filters().consumer or ""),
        "query": query.urlencode(),
        "is_filtered": any(query.values()),
    }
    return render(request, "ledger/auditor.html", context)


@require_GET
@role_required(Role.AUDITOR, Role.OPERATOR)
def record(request: HttpRequest, evidence: UUID) -> HttpResponse:
    """Show one record and the proof that it is unaltered."""
    try:
        page = pages.record_page(actor_of(request), str(evidence))
    except NotRecorded as reason:
        raise Http404 from reason
    return render(request, "ledger/record.html", {"page": page})


@require_GET
@role_required(Role.AUDITOR)
def export(request: HttpRequest, evidence: UUID) -> HttpResponseBase:
    """Give the proof file of one record."""
    try:
        data = pages.proof_file(actor_of(request), str(evidence))
    except NotRecorded as reason:
        raise Http404 from reason
    except NotSealedYet:
        messages.warning(request, _("这条记录还没有封存，一分钟内会封存，请稍后再导出。"))
        return redirect("ledger:record", evidence)
    except SealBroken:
        messages.error(request, _("这条记录与封存时不一致，不能导出证明。请立即核对整个账本。"))
        return redirect("ledger:record", evidence)
    response = HttpResponse(data, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="haihe-{evidence}.json"'
    return response


@require_POST
@role_required(Role.AUDITOR)
def audit(request: HttpRequest) -> HttpResponse:
    """Have the whole ledger audited."""
    if pages.request_audit(actor_of(request)):
        messages.success(request, _("已开始核对整个账本，完成后结果显示在本页。"))
    else:
        messages.info(request, _("核对已在排队，请稍候。"))
    return redirect("ledger:auditor")
