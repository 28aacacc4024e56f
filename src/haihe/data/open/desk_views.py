"""The desk: stewards propose, check, mask and describe; approvers publish, suspend and withdraw."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.catalogue import api as catalogue
from haihe.data.open import desk_pages, operations, queries
from haihe.data.open.errors import NotFound, OpenDataError
from haihe.data.open.models import Dataset
from haihe.data.open.operations import NewDataset

PAGE_ROWS: Final = 20
_LONGEST: Final = 60
_ROLES: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR, Role.AUDITOR)


@require_safe
@role_required(*_ROLES)
def desk(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    q, state = (request.GET.get(name, "").replace("\x00", "")[:_LONGEST] for name in ("q", "state"))
    rows = Paginator(queries.desk_rows(actor, state=state, q=q), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "open/desk.html", {"page": desk_pages.desk(actor, rows, state=state, q=q)})


@require_safe
@role_required(*_ROLES)
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _inside(actor_of(request), slug))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Propose an entry for opening."""
    actor = actor_of(request)
    entry = catalogue.resource(code, actor=actor)
    if entry is None or not actor.has(Role.STEWARD, entry.owner):
        raise Http404
    told = _told(request, entry, slug=request.POST.get("slug", ""))
    if request.method != "POST":
        return _form(request, entry, told, fixed=False)
    try:
        slug = operations.propose(actor=actor, code=code, new=told, now=timezone.now())
    except NotFound:
        raise Http404 from None
    except OpenDataError as refused:
        return _form(request, entry, told, fixed=False, complaint=refused.message)
    messages.success(request, _("已建立。下一步：检查数据。"))
    return redirect("open:desk-dataset", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def describe(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell anew what a dataset is."""
    actor = actor_of(request)
    row = _inside(actor, slug)
    entry = catalogue.resource(row.code, actor=actor)
    if entry is None or not actor.has(Role.STEWARD, row.owner):
        raise Http404
    if request.method != "POST":
        return _form(request, entry, desk_pages.new_of(row), fixed=True)
    told = _told(request, entry, slug=slug)
    try:
        operations.describe(actor=actor, slug=slug, new=told, now=timezone.now())
    except OpenDataError as refused:
        return _form(request, entry, told, fixed=True, complaint=refused.message)
    messages.success(request, _("已修改，请重新检查。"))
    return redirect("open:desk-dataset", slug=slug)


@require_POST
@role_required(Role.STEWARD)
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the gate look at the rows."""
    actor = actor_of(request)
    row = _inside(actor, slug)
    try:
        run = operations.check(actor=actor, slug=slug, now=timezone.now())
    except OpenDataError as refused:
        return _page(request, row, complaint=refused.message)
    if run.passed:
        messages.success(request, _("检查通过，已送本单位审批人发布。"))
    else:
        messages.warning(request, _("检查没有通过，请看下面的发现和处理办法。"))
    return redirect("open:desk-dataset", slug=slug)


@require_POST
@role_required(Role.STEWARD)
def mask(request: HttpRequest, slug: str) -> HttpResponse:
    """Decide what is done with one column, or take that back."""
    actor, told = actor_of(request), request.POST
    row = _inside(actor, slug)
    column, method = told.get("column", ""), told.get("method", "")
    try:
        if method:
            operations.mask(
                actor=actor,
                slug=slug,
                column=column,
                method=method,
                reason=told.get("reason", ""),
                reason_en=told.get("reason_en", ""),
                now=timezone.now(),
            )
        else:
            operations.unmask(actor=actor, slug=slug, column=column, now=timezone.now())
    except OpenDataError as refused:
        return _page(request, row, complaint=refused.message)
    messages.success(request, _("已决定，请重新检查。"))
    return redirect("open:desk-dataset", slug=slug)


@require_POST
@role_required(Role.APPROVER, Role.OPERATOR)
def move(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Publish, send back, suspend, resume, withdraw."""
    actor = actor_of(request)
    row = _inside(actor, slug)
    try:
        operations.move(actor=actor, slug=slug, name=name, now=timezone.now(), words=request.POST.get("words", ""))
    except OpenDataError as refused:
        return _page(request, row, complaint=refused.message)
    messages.success(request, _("已办理。"))
    return redirect("open:desk-dataset", slug=slug)


def _page(request: HttpRequest, row: Dataset, *, complaint: str = "") -> HttpResponse:
    page = desk_pages.desk_dataset(actor_of(request), row, complaint=complaint)
    return render(request, "open/desk_dataset.html", {"page": page}, status=422 if complaint else 200)


def _form(
    request: HttpRequest, entry: catalogue.ResourceEntry, told: NewDataset, *, fixed: bool, complaint: str = ""
) -> HttpResponse:
    page = desk_pages.describing(entry, told, fixed=fixed, complaint=complaint)
    return render(request, "open/desk_describe.html", {"page": page}, status=422 if complaint else 200)


def _told(request: HttpRequest, entry: catalogue.ResourceEntry, *, slug: str) -> NewDataset:
    told = request.POST
    least = told.get("least_group", "5")
    return NewDataset(
        slug=slug.strip(),
        title_en=told.get("title_en", "").replace("\x00", ""),
        summary_en=told.get("summary_en", "").replace("\x00", ""),
        topic=told.get("topic", ""),
        licence=told.get("licence", ""),
        has_api=told.get("has_api") == "1",
        key=tuple(told.getlist("key")),
        least_group=int(least) if least.isascii() and least.isdigit() and len(least) < 4 else 0,
        columns_en={item.name: told.get(f"en-{item.name}", "").replace("\x00", "") for item in entry.items},
    )


def _inside(actor: Actor, slug: str) -> Dataset:
    """Return a dataset to those who know it from inside; for others there is no such desk."""
    try:
        row = queries.dataset_for(actor, slug)
    except NotFound:
        raise Http404 from None
    if not queries.knows_inside(actor, row):
        raise Http404
    return row
