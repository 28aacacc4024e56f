"""The clerk's desk: one screen to open a case, one page per case. Only cases of the clerk's organisation exist here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.base.paging import api as paging
from haihe.platforms.services import acting, inbox, life_events, operations, pages, queries
from haihe.platforms.services.adapters import LedgerTrace, verifier
from haihe.platforms.services.errors import AlreadyOpen, InputRefused
from haihe.platforms.services.items.api import ItemNotFound
from haihe.platforms.services.models import Case
from haihe.platforms.services.typed import DeskForm

_WAITING_ROWS = 8
_COUNTED = 999


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CLERK)
def desk(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    items = queries.desk_items(actor)
    form = DeskForm(request.POST or None, items=items)
    if request.method == "POST" and form.is_valid():
        number = _open(request, actor, form)
        if number:
            return redirect("services:desk-case", number=number)
    waiting = queries.desk_queue(actor)
    context = {
        "form": form,
        "questions": [(item, pages.questions_of(item)) for item in items],
        "waiting": [pages.case_row(case, now=now) for case in queries.listed(waiting)[:_WAITING_ROWS]],
        "waiting_count": queries.up_to(waiting, _COUNTED + 1),
        "counted": _COUNTED,
        "to_review": list(queries.desk_to_review(actor)[:_WAITING_ROWS]),
        "today": queries.desk_totals(actor, on=timezone.localdate()),
    }
    return render(request, "services/desk.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
@role_required(Role.CLERK)
def desk_cases(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    only, typed = request.GET.get("show", "waiting"), request.GET.get("q", "").replace("\x00", "").strip()
    segments = [queries.listed(rows) for rows in _segments(actor, only, typed)]
    found = paging.part(segments, after=request.GET.get("after", ""), most=pages.PAGE_ROWS)
    context = {
        "rows": [pages.case_row(case, now=now) for case in found.rows],
        "after": found.after,
        "only": only,
        "typed": typed,
    }
    return render(request, "services/desk_cases.html", context)


@never_cache
@require_safe
@role_required(Role.CLERK, Role.APPROVER)
def steps(request: HttpRequest) -> HttpResponse:
    rows = inbox.inbox(actor_of(request), now=timezone.now())
    only = request.GET.get("show", "all")
    context = {"rows": inbox.narrowed(rows, only), "tabs": inbox.tabs(rows), "only": only}
    return render(request, "services/inbox.html", context)


@never_cache
@require_safe
@role_required(Role.CLERK, Role.APPROVER)
def desk_case(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    return _case(request, actor, _ours_or_404(actor, number))


@never_cache
@require_safe
@role_required(Role.CLERK, Role.APPROVER)
def desk_stamp(request: HttpRequest, number: str) -> HttpResponse:
    return JsonResponse({"stamp": queries.stamp_of(_ours_or_404(actor_of(request), number))})


@require_POST
@role_required(Role.CLERK, Role.APPROVER)
def desk_act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    actor = actor_of(request)
    complaint = acting.act(request, actor, _ours_or_404(actor, number), name, acting.CLERK_ACTS)
    if complaint:
        return _case(request, actor, _ours_or_404(actor, number), complaint=complaint)
    return redirect("services:desk-case", number=number)


def _segments(actor: Actor, only: str, typed: str) -> tuple[queries.Cases, ...]:
    if typed:
        return (queries.with_number(queries.desk_cases(actor), typed),)
    return (queries.desk_cases(actor),) if only == "all" else queries.desk_queue_parts(actor)


def _case(request: HttpRequest, actor: Actor, found: Case, *, complaint: str = "") -> HttpResponse:
    now, statement = timezone.now(), request.POST.get("statement", "")
    page = pages.case_page(found, actor, now=now, complaint=complaint, statement=statement)
    number = life_events.life_event_of(found)
    together = life_events.desk_life_event(actor, number, now=now, this=found) if number else None
    context = {"page": page, "together": together}
    return render(request, "services/desk_case.html", context, status=422 if complaint else 200)


def _open(request: HttpRequest, actor: Actor, form: DeskForm) -> str | None:
    now = timezone.now()
    try:
        number = operations.open_case(actor=actor, application=form.application(), now=now)
    except AlreadyOpen as earlier:
        messages.info(request, earlier.message)
        return earlier.number
    except InputRefused as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        return None
    except (ItemNotFound, NotPermitted) as wrong:
        raise Http404 from wrong
    operations.ask_data(number=number, verifier=verifier(), trace=LedgerTrace(), now=now)
    return number


def _ours_or_404(actor: Actor, number: str) -> Case:
    found = queries.handled_cases(actor).filter(number=number).first()
    if found is None:
        raise Http404
    return found
