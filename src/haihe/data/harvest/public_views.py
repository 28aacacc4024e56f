"""External datasets for everybody, without signing in."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haihe.data.harvest import pages, queries
from haihe.data.harvest.errors import NotFound
from haihe.data.harvest.queries import ExternalFilters
from haihe.kernel.text import normalise

PAGE_ROWS = 20
_LONGEST = 60


@require_safe
def external_list(request: HttpRequest) -> HttpResponse:
    told = {
        name: request.GET.get(name, "").replace("\x00", "")[:_LONGEST] for name in ("q", "topic", "owner", "origin")
    }
    filters = ExternalFilters(**told | {"q": normalise(told["q"])})
    rows = Paginator(queries.find_external(filters), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "harvest/external_list.html", {"page": pages.external_list(rows, filters)})


@require_safe
def external_dataset(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        row = queries.external_dataset(str(pk))
    except NotFound:
        raise Http404 from None
    return render(request, "harvest/external_dataset.html", {"page": pages.external_page(row)})
