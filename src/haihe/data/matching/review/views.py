"""Pages of linkage: asked for, its account and queue, one pair at a time."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.matching.queries import sees_all
from haihe.data.matching.review import pages, queries
from haihe.data.matching.review.operations.judging import OpenedPair, judge_pair, open_pair
from haihe.data.matching.review.operations.starting import start_linkage
from haihe.data.matching.review.workflow import PairState
from haihe.data.matching.views.answering import OFFICE, PAGE_ROWS, READERS, attempt, or_404, tell


@never_cache
@require_safe
@role_required(*READERS)
def runs(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = Paginator(queries.visible_runs(actor), PAGE_ROWS).get_page(request.GET.get("page"))
    page = pages.RunsPage(rows, pages.rows_of(list(rows)), actor.has(Role.STEWARD), sees_all(actor))
    return render(request, "review/runs.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def start(request: HttpRequest) -> HttpResponse:
    """Choose the purpose first, then the registers that are granted for it."""
    actor, now = actor_of(request), timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    told = {name: asked.get(name, "")[:200] for name in ("organisation", "purpose", "legal_basis", "left", "right")}
    refusal = ""
    if request.method == "POST":
        number, refusal = attempt(lambda: start_linkage(actor=actor, now=now, **told))
        if number:
            return redirect("linkage:run", number)
    page = pages.start_page(actor, now=now, refusal=refusal, **told)
    return render(request, "review/start.html", {"page": page}, status=422 if refusal else 200)


@never_cache
@require_safe
@role_required(*READERS)
def run(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    found = or_404(lambda: queries.run_for(actor, number))
    state = request.GET.get("state", "")
    pairs = found.pairs.filter(state=state) if state in PairState.values else found.pairs.all()
    shown = Paginator(pairs, PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "review/run.html", {"page": pages.run_page(actor, found, shown, state)})


@never_cache
@require_safe
@role_required(*OFFICE)
def pair(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _pair(request, pk)


@never_cache
@require_POST
@role_required(*OFFICE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record the look, then show both records, once."""
    opened, refusal = attempt(lambda: open_pair(actor=actor_of(request), pair_id=pk, now=timezone.now()))
    return _pair(request, pk, opened=opened, refusal=refusal)


@require_POST
@role_required(*OFFICE)
def judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, words = actor_of(request), request.POST.get("words", "")
    same = request.POST.get("verdict") == "same"
    if request.POST.get("verdict") not in ("same", "apart"):
        return _pair(request, pk, refusal=_("请选择“是同一人”或者“不是同一人”。"), words=words)
    state, refusal = attempt(lambda: judge_pair(actor=actor, pair_id=pk, same=same, words=words, now=timezone.now()))
    if state is None:
        return _pair(request, pk, refusal=refusal, words=words)
    tell(request, "", _("已记录。"))
    return redirect("linkage:run", queries.pair_for(actor, pk).run.number)


def _pair(
    request: HttpRequest, pk: UUID, *, opened: OpenedPair | None = None, refusal: str = "", words: str = ""
) -> HttpResponse:
    actor = actor_of(request)
    found = or_404(lambda: queries.pair_for(actor, pk))
    page = pages.pair_page(actor, found, opened, refusal, words)
    return render(request, "review/pair.html", {"page": page}, status=422 if refusal else 200)
