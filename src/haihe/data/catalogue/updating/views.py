"""Begin an update, look at it, move it; and the desk."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.data.catalogue import operations, queries
from haihe.data.catalogue.errors import CatalogueError, ResourceNotFound
from haihe.data.catalogue.models import Resource, Revision
from haihe.data.catalogue.pages import may_update
from haihe.data.catalogue.updating.forms import OpeningForm
from haihe.data.catalogue.updating.pages import desk_page, revision_page

_INSIDE = (Role.STEWARD, Role.APPROVER, Role.OPERATOR, Role.AUDITOR)


@never_cache
@require_safe
@role_required(Role.STEWARD, Role.APPROVER, Role.OPERATOR)
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person."""
    page = desk_page(actor_of(request), today=timezone.localdate())
    return render(request, "catalogue/updating/desk.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD, Role.OPERATOR)
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin an update of a published entry."""
    actor = actor_of(request)
    row = _to_update(actor, code)
    form = OpeningForm(request.POST or None, initial={"changed_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            found = operations.open_revision(actor=actor, code=code, now=timezone.now(), **form.cleaned_data)
            return redirect("catalogue:revision", pk=found)
        except CatalogueError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    context = {"form": form, "row": row}
    return render(request, "catalogue/updating/begin.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
@role_required(*_INSIDE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what an update changes."""
    actor = actor_of(request)
    page = revision_page(actor, _found(actor, pk), today=timezone.localdate())
    return render(request, "catalogue/updating/revision.html", {"page": page})


@require_POST
@role_required(Role.STEWARD, Role.APPROVER, Role.OPERATOR)
def move(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Make one move of an update."""
    actor = actor_of(request)
    revision = _found(actor, pk)
    words = request.POST.get("words", "").replace("\x00", "")
    try:
        operations.move_revision(actor=actor, revision_id=pk, name=name, now=timezone.now(), words=words)
    except ResourceNotFound:
        raise Http404 from None
    except CatalogueError as refused:
        page = revision_page(actor, revision, today=timezone.localdate(), complaint=refused.message)
        return render(request, "catalogue/updating/revision.html", {"page": page}, status=422)
    messages.success(request, _("已办理。"))
    return redirect("catalogue:revision", pk=pk)


def _to_update(actor: Actor, code: str) -> Resource:
    """Raises: Http404; NotPermitted for those who know the entry and may not update it."""
    try:
        row = queries.resource_for(actor, code)
    except ResourceNotFound:
        raise Http404 from None
    if not may_update(actor, row):
        raise NotPermitted(f"update {code}")
    return row


def _found(actor: Actor, pk: UUID) -> Revision:
    try:
        return queries.revision_for(actor, pk)
    except ResourceNotFound:
        raise Http404 from None
