"""Records of use: one grant's for user, owner and authority; everybody's in sums."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused
from haihe.data.sharing.operations.noting import UsageNote
from haihe.data.sharing.queries.usage import grant_with_usage, may_note, month_of, usage_of
from haihe.data.sharing.usage_forms import UsageNoteForm
from haihe.data.sharing.usage_pages import public_usage_page, usage_page, usage_rows
from haihe.data.sharing.views.answering import MOVERS, or_404
from haihe.kernel.spreadsheet import guarded_csv


@require_safe
def public_usage(request: HttpRequest) -> HttpResponse:
    told = request.GET
    page = public_usage_page(period=told.get("period", ""), user=told.get("user", ""), number=told.get("page"))
    return render(request, "sharing/public_usage.html", {"page": page})


@never_cache
@require_safe
@role_required(*MOVERS)
def usage(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: grant_with_usage(actor, pk))
    return render(request, "sharing/usage.html", {"page": usage_page(actor, row, request.GET.get("page"))})


@never_cache
@require_safe
@role_required(*MOVERS)
def usage_file(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    row = or_404(lambda: grant_with_usage(actor_of(request), pk))
    answer = StreamingHttpResponse(guarded_csv(usage_rows(row)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="usage-{row.request.number}.csv"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def note_usage(request: HttpRequest, pk: UUID, month: str) -> HttpResponse:
    """Write what the ledger can't know; the steward of the user department only."""
    actor, day = actor_of(request), month_of(month)
    row = or_404(lambda: grant_with_usage(actor, pk))
    record = usage_of(row).filter(month=day).first() if day else None
    if record is None or not may_note(actor, row):
        raise Http404
    kept = {name: getattr(record, name) for name in UsageNoteForm.base_fields}
    form = UsageNoteForm(request.POST or None, initial=kept if record.noted_at else None)
    if request.method == "POST" and form.is_valid():
        try:
            note = UsageNote(**form.cleaned_data)
            operations.note_usage(actor=actor, grant_id=pk, month=record.month, note=note, now=timezone.now())
            return redirect("sharing:usage", pk=pk)
        except InputRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    context = {"form": form, "row": row, "record": record}
    return render(request, "sharing/usage_note.html", context, status=422 if request.method == "POST" else 200)
