"""Pages of the catalogue: open to everybody for what is published; drafts exist for their department only."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.catalogue import operations, pages, queries
from haihe.data.catalogue.errors import CatalogueError, ResourceNotFound
from haihe.data.catalogue.models import Resource

PAGE_ROWS = 20
_LONGEST_SEARCH = 60


@require_safe
def resource_list(request: HttpRequest) -> HttpResponse:
    actor, filters = actor_of(request), _filters(request)
    found = queries.find_resources(actor, filters)
    paginator = Paginator(found.rows, PAGE_ROWS)
    paginator.count = found.total  # counted already, with the facets
    rows = paginator.get_page(request.GET.get("page"))
    return render(request, "catalogue/list.html", {"page": pages.list_page(actor, rows, filters, found)})


@require_safe
def resource(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request)
    page = pages.resource_page(actor, _found(actor, code))
    return render(request, "catalogue/resource.html", {"page": page})


@require_POST
@role_required(Role.STEWARD, Role.APPROVER, Role.OPERATOR)
def move(request: HttpRequest, name: str, code: str) -> HttpResponse:
    actor = actor_of(request)
    row = _found(actor, code)
    try:
        operations.move_resource(
            actor=actor, code=code, name=name, now=timezone.now(), words=request.POST.get("words", "")
        )
    except ResourceNotFound:
        raise Http404 from None
    except CatalogueError as refused:
        page = pages.resource_page(actor, row, complaint=refused.message)
        return render(request, "catalogue/resource.html", {"page": page}, status=422)
    messages.success(request, _("已办理。"))
    return redirect("catalogue:resource", code=code)


def _filters(request: HttpRequest) -> queries.Filters:
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    told = {name: request.GET.get(name, "").replace("\x00", "").strip() for name in queries.FILTERS}
    return queries.Filters(**told | {"search": told["search"][:_LONGEST_SEARCH]})


def _found(actor: Actor, code: str) -> Resource:
    try:
        return queries.resource_for(actor, code)
    except ResourceNotFound:
        raise Http404 from None
