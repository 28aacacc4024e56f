"""The citizen's phone: apply with one tap, watch the case. Only one's own cases exist here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, id_number_of, role_required
from haihe.base.keys import api as keys
from haihe.base.paging import api as paging
from haihe.platforms.services import acting, life_events, operations, pages, queries
from haihe.platforms.services.adapters import LedgerTrace, verifier
from haihe.platforms.services.errors import AlreadyOpen, InputRefused
from haihe.platforms.services.items import api as catalogue
from haihe.platforms.services.items.api import ItemDefinition, ItemNotFound
from haihe.platforms.services.models import Case
from haihe.platforms.services.ratings import api as ratings
from haihe.platforms.services.typed import PhoneForm

_NEWEST = 3


@never_cache
@gzip_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = [pages.case_row(case, now=timezone.now()) for case in queries.listed(queries.own_cases(actor))[:_NEWEST]]
    front = catalogue.front(who=request.GET.get("who", ""), on=timezone.localdate())
    context = {"front": front, "rows": rows, "is_citizen": actor.has(Role.CITIZEN)}
    return render(request, "services/home.html", context)


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def my_cases(request: HttpRequest) -> HttpResponse:
    actor, after = actor_of(request), request.GET.get("after", "")
    own = queries.listed(queries.own_cases(actor))
    found = paging.part([own], after=after, most=pages.PAGE_ROWS)
    context = {
        "rows": [pages.case_row(case, now=timezone.now()) for case in found.rows],
        "after": found.after,
        "life_events": [] if after else life_events.own_life_events(actor),
    }
    return render(request, "services/my_cases.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CITIZEN)
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    actor = actor_of(request)
    item = _item_or_404(slug)
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = _apply(request, actor, item, form)
        if number:
            return redirect("services:case", number=number)
    status = 422 if request.method == "POST" else 200
    context = {"item": item, "form": form, "actor": actor, "questions": pages.questions_of(item)}
    return render(request, "services/apply.html", context, status=status)


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def case(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    return _case_page(request, actor, _own_or_404(actor, number))


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def stamp(request: HttpRequest, number: str) -> HttpResponse:
    return JsonResponse({"stamp": queries.stamp_of(_own_or_404(actor_of(request), number))})


@require_POST
@role_required(Role.CITIZEN)
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    actor = actor_of(request)
    found = _own_or_404(actor, number)
    complaint = acting.act(request, actor, found, name, acting.CITIZEN_ACTS)
    if complaint:
        return _case_page(request, actor, _own_or_404(actor, number), complaint=complaint, status=422)
    return redirect("services:case", number=number)


def _case_page(
    request: HttpRequest, actor: Actor, found: Case, *, complaint: str = "", status: int = 200
) -> HttpResponse:
    statement = request.POST.get("statement", "")
    page = pages.case_page(found, actor, now=timezone.now(), complaint=complaint, statement=statement)
    operations.mark_seen(actor=actor, number=found.number, now=timezone.now())
    rating = None if found.is_undecided else ratings.invitation_of(found.number, now=timezone.now())
    context = {"page": page, "rating": rating, "life_event": life_events.life_event_of(found)}
    return render(request, "services/case.html", context, status=status)


def _apply(request: HttpRequest, actor: Actor, item: ItemDefinition, form: PhoneForm) -> str | None:
    now = timezone.now()
    application = form.application(
        item=item.slug, id_number=id_number_of(actor, keyring=keys.keyring()) or "", name=actor.name
    )
    try:
        number = operations.open_case(actor=actor, application=application, now=now)
    except AlreadyOpen as earlier:
        messages.info(request, earlier.message)
        return earlier.number
    except InputRefused as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        return None
    operations.ask_data(number=number, verifier=verifier(), trace=LedgerTrace(), now=now)
    return number


def _item_or_404(slug: str) -> ItemDefinition:
    try:
        return catalogue.version_in_force(slug, on=timezone.localdate()).definition
    except ItemNotFound as missing:
        raise Http404 from missing


def _own_or_404(actor: Actor, number: str) -> Case:
    found = queries.own_cases(actor).filter(number=number).first()
    if found is None:
        raise Http404(_("没有找到这个办件。"))
    return found
