"""Register an entry by hand, change a draft or an update, and show what its rows look like."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.catalogue import operations, queries
from haihe.data.catalogue.contents import entry_of
from haihe.data.catalogue.editing.fields import EntryForm
from haihe.data.catalogue.editing.handing_in import departments, entry_from, initial_of, tell
from haihe.data.catalogue.editing.items import ADDED_AT_ONCE, ItemRows
from haihe.data.catalogue.editing.sample_rows import SampleGrid, samples_from
from haihe.data.catalogue.errors import CatalogueError, ResourceNotFound
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.records import NewResource, new_resource
from haihe.data.catalogue.workflow import ResourceState, RevisionState

type Save = Callable[[NewResource], str]
"""Writes the entry and returns where to go then. Raises: CatalogueError."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new(request: HttpRequest) -> HttpResponse:
    """Register a draft by hand."""
    actor = actor_of(request)

    def save(entry: NewResource) -> str:
        code = operations.register_resource(actor=actor, entry=entry, now=timezone.now())
        return reverse("catalogue:resource", args=[code])

    owners = sorted(actor.organisations(Role.STEWARD))
    return _edit(request, _("登记资源"), None, owners, save, (reverse("catalogue:list"), _("资源目录")))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a draft."""
    actor = actor_of(request)
    row = _draft(actor, code)
    page = reverse("catalogue:resource", args=[code])

    def save(entry: NewResource) -> str:
        operations.revise_resource(actor=actor, code=code, entry=entry, now=timezone.now())
        return page

    return _edit(request, _("修改草稿"), new_resource(row), [row.owner], save, (page, row.title))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def edit_revision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what an update says."""
    actor = actor_of(request)
    entry, save, back = _revision(actor, pk)
    return _edit(request, _("修改更新内容"), entry, [entry.owner], save, back)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def samples(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the rows of a draft look like."""
    actor = actor_of(request)
    row = _draft(actor, code)
    page = reverse("catalogue:resource", args=[code])

    def save(entry: NewResource) -> str:
        operations.revise_resource(actor=actor, code=code, entry=entry, now=timezone.now())
        return page

    return _samples(request, new_resource(row), save, (page, row.title))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def revision_samples(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what the rows will look like after an update."""
    entry, save, back = _revision(actor_of(request), pk)
    return _samples(request, entry, save, back)


def _edit(
    request: HttpRequest,
    heading: str,
    before: NewResource | None,
    owners: list[str],
    save: Save,
    back: tuple[str, str],
) -> HttpResponse:
    told = request.POST if request.method == "POST" else None
    adds = told is not None and "add" in told
    form = _form(told, before, owners)
    rows = ItemRows(told, before.items if before else (), more=ADDED_AT_ONCE if adds else 0)
    if told is not None and not adds and form.is_valid() & rows.is_valid():
        try:
            return redirect(save(entry_from(form, rows, before)))
        except CatalogueError as refused:
            tell(form, refused)
    context = {"form": form, "rows": rows, "heading": heading, "back": back, "quiet": adds or told is None}
    return render(request, "catalogue/editing/entry.html", context, status=422 if told and not adds else 200)


def _form(told: QueryDict | None, before: NewResource | None, owners: list[str]) -> EntryForm:
    initial = initial_of(before) if before else {"owner": owners[0] if owners else ""}
    return EntryForm(told, initial=initial, owners=owners, departments=departments())


def _samples(request: HttpRequest, entry: NewResource, save: Save, back: tuple[str, str]) -> HttpResponse:
    told, complaint = (request.POST if request.method == "POST" else None), ""
    if told is not None:
        entry = samples_from(told, entry)
        try:
            return redirect(save(entry))
        except CatalogueError as refused:
            complaint = refused.message
    context = {"grid": SampleGrid(entry), "back": back, "complaint": complaint}
    return render(request, "catalogue/editing/samples.html", context, status=422 if complaint else 200)


def _draft(actor: Actor, code: str) -> Resource:
    """Return a draft that the actor may write. Raises: Http404."""
    try:
        row = queries.resource_for(actor, code)
    except ResourceNotFound:
        raise Http404 from None
    if row.state != ResourceState.DRAFT or not actor.has(Role.STEWARD, row.owner):
        raise Http404
    return row


def _revision(actor: Actor, pk: UUID) -> tuple[NewResource, Save, tuple[str, str]]:
    """Return an update that the actor may write. Raises: Http404."""
    try:
        revision = queries.revision_for(actor, pk)
    except ResourceNotFound:
        raise Http404 from None
    if revision.state != RevisionState.DRAFT or not actor.has(Role.STEWARD, revision.resource.owner):
        raise Http404
    page = reverse("catalogue:revision", args=[pk])

    def save(entry: NewResource) -> str:
        operations.edit_revision(actor=actor, revision_id=pk, entry=entry, now=timezone.now())
        return page

    return entry_of(revision.content), save, (page, revision.resource.title)
