"""The data centre's desk: keep remote catalogues, try and run them, decide on what is gone."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.harvest import forms, operations, pages, queries, tasks
from haihe.data.harvest.errors import HarvestError, NotFound
from haihe.data.harvest.models import HarvestRun, RemoteCatalogue
from haihe.data.harvest.workflow import Part

PAGE_ROWS: Final = 20
_ROLES: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR, Role.AUDITOR)
_MOVERS: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
_KEEPERS: Final = (Role.STEWARD, Role.OPERATOR)


@require_safe
@role_required(*_ROLES)
def desk(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not queries.knows_inside(actor):
        raise Http404
    return render(request, "harvest/desk.html", {"page": pages.desk(actor)})


@require_safe
@role_required(*_ROLES)
def remote(request: HttpRequest, slug: str) -> HttpResponse:
    actor = actor_of(request)
    return _page(request, _row(actor, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*_KEEPERS)
def new(request: HttpRequest) -> HttpResponse:
    """Add a remote catalogue."""
    actor = actor_of(request)
    if Part.KEEPER not in queries.parts_of(actor):
        raise Http404
    if request.method != "POST":
        return render(request, "harvest/form.html", {"page": pages.form(forms.blank(), slug="")})
    slug, told = request.POST.get("slug", "").strip(), forms.read(request.POST)
    try:
        operations.add_catalogue(actor=actor, slug=slug, new=told, now=timezone.now())
    except HarvestError as refused:
        page = pages.form(told, slug=slug, complaint=refused.message)
        return render(request, "harvest/form.html", {"page": page}, status=422)
    messages.success(request, _("已建立。可以先试采，看看会有什么，再提请复核。"))
    return redirect("harvest:catalogue", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*_KEEPERS)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell anew what a remote catalogue is."""
    actor = actor_of(request)
    row = _row(actor, slug)
    if Part.KEEPER not in queries.parts_of(actor):
        raise Http404
    if request.method != "POST":
        return render(request, "harvest/form.html", {"page": pages.form(forms.of(row), slug=slug, is_fixed=True)})
    told = forms.read(request.POST)
    try:
        operations.change_catalogue(actor=actor, slug=slug, new=told, now=timezone.now())
    except HarvestError as refused:
        page = pages.form(told, slug=slug, is_fixed=True, complaint=refused.message)
        return render(request, "harvest/form.html", {"page": page}, status=422)
    messages.success(request, _("已修改，请再次提请复核。"))
    return redirect("harvest:catalogue", slug=slug)


@require_POST
@role_required(*_MOVERS)
def move(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Propose, approve, send back, pause, resume, retire."""
    actor = actor_of(request)
    row = _row(actor, slug)
    try:
        operations.move(actor=actor, slug=slug, name=name, now=timezone.now(), words=request.POST.get("words", ""))
    except HarvestError as refused:
        return _page(request, row, complaint=refused.message)
    messages.success(request, _("已办理。"))
    return redirect("harvest:catalogue", slug=slug)


@require_POST
@role_required(*_KEEPERS)
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a run, or a dry run; the worker goes on with it."""
    actor = actor_of(request)
    row = _row(actor, slug)
    try:
        run = operations.start(actor=actor, slug=slug, is_dry=request.POST.get("dry") == "1", now=timezone.now())
    except HarvestError as refused:
        return _page(request, row, complaint=refused.message)
    tasks.run.defer(run_id=str(run.pk))
    return redirect("harvest:run", slug=slug, run_id=run.pk)


@require_safe
@role_required(*_ROLES)
def run(request: HttpRequest, slug: str, run_id: UUID) -> HttpResponse:
    """Show how far a run is, what it changes field by field, and what it didn't take."""
    actor = actor_of(request)
    row = _run(actor, slug, run_id)
    chosen = request.GET.get("change", "")[:16]
    items = Paginator(queries.items_of(row, chosen), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "harvest/run.html", {"page": pages.run_page(actor, row, items, chosen)})


@require_POST
@role_required(*_KEEPERS)
def again(request: HttpRequest, slug: str, run_id: UUID) -> HttpResponse:
    """Let a failed run go on where it stopped."""
    actor = actor_of(request)
    row = _run(actor, slug, run_id)
    try:
        operations.run_again(actor=actor, run_id=row.pk, now=timezone.now())
    except HarvestError as refused:
        messages.error(request, refused.message)
    else:
        tasks.run.defer(run_id=str(row.pk))
    return redirect("harvest:run", slug=slug, run_id=run_id)


@require_POST
@role_required(*_MOVERS)
def settle(request: HttpRequest, slug: str, run_id: UUID, decision: str) -> HttpResponse:
    """Decide on a run in which too much was gone."""
    actor = actor_of(request)
    row = _run(actor, slug, run_id)
    try:
        operations.settle(actor=actor, run_id=row.pk, decision=decision, now=timezone.now())
    except HarvestError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已办理。"))
    return redirect("harvest:run", slug=slug, run_id=run_id)


def _page(request: HttpRequest, row: RemoteCatalogue, *, complaint: str = "") -> HttpResponse:
    runs = Paginator(queries.runs_of(row), PAGE_ROWS).get_page(request.GET.get("page"))
    page = pages.catalogue_page(actor_of(request), row, runs, complaint=complaint)
    return render(request, "harvest/catalogue.html", {"page": page}, status=422 if complaint else 200)


def _row(actor: Actor, slug: str) -> RemoteCatalogue:
    try:
        return queries.catalogue_for(actor, slug)
    except NotFound:
        raise Http404 from None


def _run(actor: Actor, slug: str, run_id: UUID) -> HarvestRun:
    found = queries.runs_of(_row(actor, slug)).select_related("catalogue").filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found
