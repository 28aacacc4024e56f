"""Pages of discovery by need: open to everybody for what is still asked for, to the item's department for the rest."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.needs import pages
from haihe.data.sharing.needs.forms import NeedsForm
from haihe.data.sharing.queries import access

_EDITORS = (Role.STEWARD, Role.OPERATOR)
_DEPARTMENT_LEVEL = 2


@never_cache
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    page = pages.items_page(
        actor_of(request),
        organisation=_typed(request, "organisation"),
        number=request.GET.get("page"),
        now=timezone.now(),
    )
    return render(request, "sharing/needs/items.html", {"page": page})


@never_cache
@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    page = pages.item_page(actor_of(request), _needs(code), now=timezone.now())
    return render(request, "sharing/needs/item.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*_EDITORS)
def new(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*_EDITORS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    needs = _editable(actor_of(request), code)
    if needs.is_declared:
        raise Http404
    return _form(request, needs)


@never_cache
@require_safe
@role_required(*_EDITORS)
def paper(request: HttpRequest, code: str, paper: str) -> HttpResponse:
    return _paper(request, code, paper)


@require_POST
@role_required(*_EDITORS)
def prove(request: HttpRequest, code: str, paper: str) -> HttpResponse:
    """Confirm what proves it; the service and what is asked of it must be there."""
    actor, told = actor_of(request), request.POST
    resource, slug = told.get("resource", "").replace("\x00", ""), told.get("service", "").replace("\x00", "")
    service = access.visible_services(actor).filter(slug=slug, resource=resource).first() if slug else None
    if slug and service is None:
        raise Http404
    scope = tuple(name for name in service.scope if name in told.getlist("scope")) if service else ()
    return _act(
        request,
        code,
        paper,
        lambda: catalogue.prove_paper(
            actor=actor,
            code=code,
            paper=paper,
            resource=resource,
            service=slug,
            scope=scope,
            now=timezone.now(),
        ),
        done=_("已确认。"),
    )


@require_POST
@role_required(*_EDITORS)
def unprove(request: HttpRequest, code: str, paper: str) -> HttpResponse:
    actor = actor_of(request)
    return _act(
        request,
        code,
        paper,
        lambda: catalogue.unprove_paper(actor=actor, code=code, paper=paper, now=timezone.now()),
        done=_("已取消确认。"),
    )


@require_POST
@role_required(*_EDITORS)
def demand(request: HttpRequest, code: str, paper: str) -> HttpResponse:
    actor, told = actor_of(request), request.POST
    return _act(
        request,
        code,
        paper,
        lambda: catalogue.ask_owner(
            actor=actor,
            code=code,
            paper=paper,
            owner=told.get("owner", ""),
            words=told.get("words", "").replace("\x00", ""),
            now=timezone.now(),
        ),
        done=_("已提出数据需求，对方部门会收到提醒。"),
    )


def _needs(code: str) -> catalogue.NeedsEntry:
    needs = catalogue.needs_of(code)
    if needs is None:
        raise Http404
    return needs


def _editable(actor: Actor, code: str) -> catalogue.NeedsEntry:
    needs = _needs(code)
    if not catalogue.may_edit_needs(actor, needs.organisation):
        raise NotPermitted(f"needs of {needs.organisation}")
    return needs


def _typed(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:60]


def _paper(request: HttpRequest, code: str, paper: str, *, complaint: str = "") -> HttpResponse:
    actor = actor_of(request)
    needs = _editable(actor, code)
    departments = [(each.code, each.short_name) for each in city.organisations(level=_DEPARTMENT_LEVEL)]
    page = pages.paper_page(
        actor,
        needs,
        paper,
        typed=_typed(request, "search"),
        departments=departments,
        now=timezone.now(),
        complaint=complaint,
    )
    if page is None or not page.row.may_map:
        raise Http404
    return render(request, "sharing/needs/paper.html", {"page": page}, status=422 if complaint else 200)


def _act(request: HttpRequest, code: str, paper: str, act: Callable[[], object], *, done: str) -> HttpResponse:
    _editable(actor_of(request), code)
    try:
        act()
    except catalogue.NeedsNotFound:
        raise Http404 from None
    except catalogue.CatalogueError as refused:
        return _paper(request, code, paper, complaint=refused.message)
    messages.success(request, done)
    return redirect("sharing:needs-item", code=code)


def _form(request: HttpRequest, needs: catalogue.NeedsEntry | None) -> HttpResponse:
    actor = actor_of(request)
    form = NeedsForm(
        request.POST or None,
        organisations=[needs.organisation] if needs else _organisations(actor),
        is_new=needs is None,
        initial=_initial(needs),
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        code = needs.code if needs else told["code"]
        known = {paper.title: paper.code for paper in needs.papers} if needs else {}
        try:
            if needs is None and catalogue.needs_of(code):
                raise catalogue.EntryRefused(_("这个事项代码已经登记。"), field="code")
            entered = catalogue.NewNeeds(
                code=code,
                title=told["title"],
                organisation=told["organisation"],
                papers=catalogue.read_papers(told["papers"], known),
            )
            catalogue.enter_needs(actor=actor, needs=entered, now=timezone.now())
            return redirect("sharing:needs-item", code=code)
        except catalogue.CatalogueError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    context = {"form": form, "needs": needs}
    return render(request, "sharing/needs/form.html", context, status=422 if request.method == "POST" else 200)


def _initial(needs: catalogue.NeedsEntry | None) -> dict[str, object]:
    if needs is None:
        return {}
    papers = [(paper.title, paper.asks, paper.kind) for paper in needs.papers]
    return {
        "organisation": needs.organisation,
        "title": needs.title,
        "papers": catalogue.papers_text(papers),
    }


def _organisations(actor: Actor) -> list[str]:
    if actor.has(Role.OPERATOR):
        return [each.code for each in city.organisations(level=_DEPARTMENT_LEVEL)]
    return sorted(actor.organisations(Role.STEWARD))
