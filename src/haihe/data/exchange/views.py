"""Pages of the exchange: for stewards and approvers of a resource's owner, and for operators."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.data.exchange import api, queries
from haihe.data.exchange.forms import UploadForm
from haihe.data.exchange.lake import SnapshotDamaged
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.operations.take import take_rejects
from haihe.data.exchange.pages import (
    FeedsPage,
    ReasonCount,
    RunPage,
    ShownReject,
    ShownRejects,
    UploadPage,
    column_rules,
    events_of,
    feeds_of,
)
from haihe.data.exchange.places import received_file
from haihe.data.exchange.quality.api import has_report, held_among, return_of, rules_of, rules_of_run
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.sentences import outcome_told, sentence_of

PAGE_ROWS = 20
REJECT_ROWS = 50
_ENCODINGS = {"utf-8": "utf-8-sig", "gb18030": "gb18030"}
_SEEN_BY = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)


@require_safe
@role_required(*_SEEN_BY)
def feeds(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    registers = queries.visible_registers(actor)
    shown = feeds_of(actor, registers)
    titles = {register.resource: register.title for register in registers}
    held = [(run, titles.get(run.resource, run.resource)) for run in held_among(queries.visible_runs(actor))]
    rows = Paginator(queries.visible_runs(actor), PAGE_ROWS).get_page(request.GET.get("page"))
    page = FeedsPage(shown, rows, timezone.now(), any(feed.may_upload for feed in shown), held)
    return render(request, "exchange/feeds.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def upload(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    registers = queries.feedable_registers(actor)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        registers=registers,
        initial={"resource": request.GET.get("resource", "")},
    )
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("exchange:run", _receive(actor, form).id)
        except api.FileRefused as refused:
            refusal = outcome_told(refused.code, refused.sentence)
    page = UploadPage(form, [(register, column_rules(register)) for register in registers], refusal)
    return render(request, "exchange/upload.html", {"page": page}, status=422 if request.method == "POST" else 200)


def _receive(actor: Actor, form: UploadForm) -> api.FeedRunInfo:
    file = form.cleaned_data["file"]
    resource = form.cleaned_data["resource"]
    mode = form.mode_told
    return api.receive_file(actor, resource, file.name, file.file, now=timezone.now(), as_of=form.moment, mode=mode)


@require_safe
@role_required(*_SEEN_BY)
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "exchange/run.html", {"page": _run_page(request, pk)})


@require_safe
@role_required(*_SEEN_BY)
def run_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the polling of an unfinished run with its present state; the page reloads itself once it has ended."""
    found = get_object_or_404(queries.visible_runs(actor_of(request)), pk=pk)
    page = RunPage(found, rules_of(found.resource).title)
    response = render(request, "exchange/live.html", {"page": page})
    if found.is_finished or found.state == RunState.HELD:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@role_required(*_SEEN_BY)
def rejects(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Send the rejected rows whole, as CSV, to the owner's people."""
    encoding, code = request.GET.get("encoding", "utf-8"), request.GET.get("code", "")[:64]
    if encoding not in _ENCODINGS:
        raise Http404
    try:
        lines = take_rejects(actor_of(request), pk, code=code, now=timezone.now())
    except SnapshotDamaged:
        messages.error(request, _("退回行文件已损坏或被移走，请联系大数据中心。"))
        return redirect("exchange:run", pk)
    response = StreamingHttpResponse(
        _encoded(lines, _ENCODINGS[encoding]), content_type=f"text/csv; charset={encoding}"
    )
    response["Content-Disposition"] = f'attachment; filename="rejects-{pk}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@role_required(Role.STEWARD)
def rerun(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        again = api.rerun(actor_of(request), pk, now=timezone.now())
    except api.NothingToRerun:
        messages.error(request, _("这次报送的文件已不在，请重新上传。"))
    except api.FileRefused as refused:
        messages.error(request, outcome_told(refused.code, refused.sentence))
    except NotPermitted:
        raise Http404 from None
    else:
        return redirect("exchange:run", again.id)
    return redirect("exchange:run", pk)


def _run_page(request: HttpRequest, pk: UUID) -> RunPage:
    actor = actor_of(request)
    found = get_object_or_404(queries.visible_runs(actor), pk=pk)
    schema = rules_of_run(found)
    code = request.GET.get("code", "")
    code = code if code in found.reasons else ""
    return RunPage(
        run=found,
        title=schema.title,
        reasons=_reasons(found, schema),
        code=code,
        rejects=_rejects(request, found, schema, code),
        events=events_of(found),
        is_serving=queries.is_serving(found),
        may_take=queries.may_take_rejects(actor, found) and bool(found.folder),
        may_rerun=_may_rerun(actor, found),
        has_report=has_report(found),
        returned=(returned := return_of(found)),
        may_return=returned is None and _may_return(actor, found),
    )


def _may_return(actor: Actor, found: FeedRun) -> bool:
    return found.is_finished and bool(found.rows_rejected and found.folder) and actor.has(Role.STEWARD, found.owner)


def _may_rerun(actor: Actor, found: FeedRun) -> bool:
    failed = found.state == RunState.FAILED and not found.comes_again
    return failed and actor.has(Role.STEWARD, found.owner) and received_file(found).exists()


def _reasons(found: FeedRun, schema: RegisterSchema) -> list[ReasonCount]:
    by_count = sorted(found.reasons.items(), key=lambda item: (-item[1], item[0]))
    return [ReasonCount(code, sentence_of(code, schema), rows) for code, rows in by_count]


def _rejects(request: HttpRequest, found: FeedRun, schema: RegisterSchema, code: str) -> Page[ShownReject] | None:
    rows = ShownRejects(found, schema, code)
    try:
        return Paginator(rows, REJECT_ROWS).get_page(request.GET.get("page"))
    except SnapshotDamaged:
        return None


def _encoded(lines: Iterator[str], encoding: str) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        # The codec writes its byte order mark at each start, so only the first line may carry it.
        yield line.encode(encoding if number == 0 else encoding.removesuffix("-sig"), "replace")
