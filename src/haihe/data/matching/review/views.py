"""Pages of linkage: asked for, watched, its account and queue, one pair at a time."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.matching.queries import sees_all
from haihe.data.matching.review import pages, pages_asking, queries
from haihe.data.matching.review.asking import Wish, read_wish, wish_like
from haihe.data.matching.review.models import LinkageRun
from haihe.data.matching.review.operations.judging import OpenedPair, judge_pair, open_pair
from haihe.data.matching.review.operations.starting import cancel_linkage, start_linkage
from haihe.data.matching.review.workflow import LinkageRunState, PairState
from haihe.data.matching.views.answering import OFFICE, PAGE_ROWS, READERS, attempt, or_404, tell

_VERDICTS: Final = {"same": True, "apart": False, "unsure": None}


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
    """Choose the purpose first, then two registers that are granted for it, then their fields."""
    actor, now = actor_of(request), timezone.now()
    wish, refusal = _wish(request), ""
    if request.method == "POST":
        number, refusal = attempt(lambda: start_linkage(actor=actor, wish=wish, now=now))
        if number:
            return redirect("linkage:run", number)
    page = pages_asking.start_page(actor, wish, now=now, refusal=refusal)
    return render(request, "review/start.html", {"page": page}, status=422 if refusal else 200)


def _wish(request: HttpRequest) -> Wish:
    if request.method == "POST":
        return read_wish(request.POST.dict())
    if again := request.GET.get("again"):
        run = or_404(lambda: queries.run_for(actor_of(request), again))
        return wish_like(run, link=request.GET.get("link", "")[:10])
    return read_wish(request.GET.dict())


@never_cache
@require_safe
@role_required(*READERS)
def run(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    found = or_404(lambda: queries.run_for(actor, number))
    state = request.GET.get("state", "")
    pairs = found.pairs.filter(state=state) if state in PairState.values else found.pairs.all()
    shown = Paginator(pairs, PAGE_ROWS).get_page(request.GET.get("page"))
    page = pages.run_page(actor, found, shown, state, link=request.GET.get("link", ""))
    return render(request, "review/run.html", {"page": page})


@never_cache
@require_safe
@role_required(*READERS)
def run_live(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the polling of a run that isn't at its end; the page reloads itself once it is."""
    actor = actor_of(request)
    found = or_404(lambda: queries.run_for(actor, number))
    page = pages.live_page(actor, found)
    response = render(request, "review/live.html", {"page": page})
    if not page.is_open:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@role_required(*OFFICE)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    _done, refusal = attempt(lambda: cancel_linkage(actor=actor_of(request), number=number, now=timezone.now()))
    tell(request, refusal, _("已取消。"))
    return redirect("linkage:run", number)


@never_cache
@require_safe
@role_required(*OFFICE)
def persons(request: HttpRequest, number: str) -> HttpResponse:
    """Show which records are one person's, by lines: those that people decided, or that are more than two."""
    found = _of_own_office(request, number)
    page = pages.persons_page(found, page=request.GET.get("page"))
    return render(request, "review/persons.html", {"page": page})


@never_cache
@require_safe
@role_required(*OFFICE)
def next_pair(request: HttpRequest, number: str) -> HttpResponse:
    """Lead to the next pair that waits for this person."""
    try:
        after = UUID(request.GET["after"]) if "after" in request.GET else None
    except ValueError:
        raise Http404 from None
    return _to_next(request, _of_own_office(request, number), after)


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
    """Take what somebody says of a pair, and go on to the next."""
    actor, words, said = actor_of(request), request.POST.get("words", ""), request.POST.get("verdict", "")
    if said not in _VERDICTS:
        return _pair(request, pk, refusal=_("请选择“是同一人”“不是同一人”或者“拿不准”。"), words=words)
    now = timezone.now()
    state, refusal = attempt(lambda: judge_pair(actor=actor, pair_id=pk, same=_VERDICTS[said], words=words, now=now))
    if state is None:
        return _pair(request, pk, refusal=refusal, words=words)
    tell(request, "", _("已记录。"))
    return _to_next(request, queries.pair_for(actor, pk).run, pk)


def _to_next(request: HttpRequest, run: LinkageRun, after: UUID | None) -> HttpResponse:
    if (following := queries.next_pair(actor_of(request), run, after=after)) is not None:
        return redirect("linkage:pair", following.pk)
    messages.info(request, _("没有等您核对的了。"))
    return redirect("linkage:run", run.number)


def _of_own_office(request: HttpRequest, number: str) -> LinkageRun:
    """Return a run whose pairs this actor may look at: who oversees sees counts, not persons. Raises: Http404."""
    actor = actor_of(request)
    found = or_404(lambda: queries.run_for(actor, number))
    if found.state != LinkageRunState.DONE or found.organisation not in actor.organisations(*OFFICE):
        raise Http404
    return found


def _pair(
    request: HttpRequest, pk: UUID, *, opened: OpenedPair | None = None, refusal: str = "", words: str = ""
) -> HttpResponse:
    actor = actor_of(request)
    found = or_404(lambda: queries.pair_for(actor, pk))
    page = pages.pair_page(actor, found, opened, refusal, words)
    return render(request, "review/pair.html", {"page": page}, status=422 if refusal else 200)
