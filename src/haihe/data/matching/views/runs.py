"""Runs and their results: begun, watched, cancelled; matches are listed masked, and opened one by one with a reason."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import NotPermitted, Role, actor_of, role_required
from haihe.data.matching import pages, queries
from haihe.data.matching.definition import read_definition
from haihe.data.matching.forms import WordsForm
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.opening import open_result_row
from haihe.data.matching.operations.running import cancel_run, start_run
from haihe.data.matching.views.answering import OFFICE, READERS, attempt, or_404, tell
from haihe.data.matching.workflow import MatchRunState, OpeningReason

_RESULT_ROWS = 50


@require_POST
@role_required(Role.STEWARD)
def start(request: HttpRequest, number: str) -> HttpResponse:
    run, refusal = attempt(lambda: start_run(actor=actor_of(request), number=number, now=timezone.now()))
    tell(request, refusal, _("已开始排队。"))
    return redirect("matching:run", run) if run else redirect("matching:model", number)


@never_cache
@require_safe
@role_required(*READERS)
def run(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    page = pages.run_page(actor, or_404(lambda: queries.run_for(actor, number)))
    return render(request, "matching/run.html", {"page": page})


@never_cache
@require_safe
@role_required(*READERS)
def run_live(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the polling of a run that isn't at its end; the page reloads itself once it is."""
    actor = actor_of(request)
    page = pages.run_page(actor, or_404(lambda: queries.run_for(actor, number)))
    response = render(request, "matching/live.html", {"page": page})
    if not page.is_open:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@role_required(*OFFICE)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    _done, refusal = attempt(lambda: cancel_run(actor=actor_of(request), number=number, now=timezone.now()))
    tell(request, refusal, _("已取消。"))
    return redirect("matching:run", number)


@never_cache
@require_safe
@role_required(*READERS)
def result(request: HttpRequest, number: str) -> HttpResponse:
    found = _with_result(request, number)
    rows = Paginator(range(1, found.matched + 1), _RESULT_ROWS).get_page(request.GET.get("page"))
    page = pages.result_page(actor_of(request), found, rows)
    return render(request, "matching/result.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.APPROVER)
def open_row(request: HttpRequest, number: str, row: int) -> HttpResponse:
    """Ask for the reason, then show one match, once."""
    actor, found = actor_of(request), _with_result(request, number)
    if not actor.has(Role.APPROVER, found.organisation):
        raise NotPermitted(f"open a match of {found}")
    if not 1 <= row <= found.matched:
        raise Http404
    reasons = [(str(value), str(label)) for value, label in OpeningReason.choices]
    if request.method != "POST":
        return render(request, "matching/open.html", {"page": pages.OpeningPage(found, row, reasons)})
    form = WordsForm(request.POST)
    told = form.cleaned_data if form.is_valid() else {"words": request.POST.get("words", ""), "reason": ""}
    opened, refusal = attempt(
        lambda: open_result_row(
            actor=actor, number=number, row=row, reason=told["reason"], words=told["words"], now=timezone.now()
        )
    )
    if opened is None:
        page = pages.OpeningPage(found, row, reasons, told["reason"], told["words"], refusal)
        return render(request, "matching/open.html", {"page": page}, status=422)
    values = pages.cells_of(read_definition(found.version.text), dict(opened.values))
    page = pages.OpeningPage(found, row, reasons, values=values, evidence=opened.evidence)
    return render(request, "matching/open.html", {"page": page})


def _with_result(request: HttpRequest, number: str) -> MatchRun:
    """Return a run whose result this actor may read. Raises: Http404."""
    actor = actor_of(request)
    found = or_404(lambda: queries.run_for(actor, number))
    if found.state != MatchRunState.DONE or not queries.may_read_result(actor, found):
        raise Http404
    return found
