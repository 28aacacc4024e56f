"""The portal: open to everybody, without signing in. Each view makes one call and fills a page."""

import io
from typing import Any

import segno
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import Actor, actor_of
from haihe.city import api as city
from haihe.data.open import feeds, lines, operations, pages, queries, reading
from haihe.data.open.errors import NotFound
from haihe.data.open.faces.dcat.views import also_as_catalogue, also_as_dataset, site_of
from haihe.data.open.faces.schema_org.describing import catalogue_block, dataset_block
from haihe.data.open.kept_pages import Made, kept_for_strangers, page_of
from haihe.data.open.models import Dataset
from haihe.data.open.queries import Filters
from haihe.data.open.topics import topics
from haihe.data.open.visits import is_visit
from haihe.data.open.wording import either
from haihe.kernel.text import normalise

PAGE_ROWS = 20
_LONGEST = 60
_MOST_CHANGES = 50
_FEED_ITEMS = 30
_ATOM = "application/atom+xml; charset=utf-8"
_EVERYWHERE: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": ["*"]}


@also_as_catalogue
@require_safe
@kept_for_strangers()
def front(request: HttpRequest) -> HttpResponse:
    told = {"page": pages.front_page(now=timezone.now()), "described": catalogue_block(site_of(request))}
    return render(request, "open/front.html", told)


@require_safe
@kept_for_strangers()
def dataset_list(request: HttpRequest) -> HttpResponse:
    filters = _filters(request)
    found = queries.find_datasets(filters)
    paginator = Paginator(found.rows.only(*lines.FIELDS), PAGE_ROWS)
    paginator.count = found.total
    rows = paginator.get_page(request.GET.get("page"))
    return render(request, "open/list.html", {"page": pages.list_page(rows, filters, found)})


@also_as_dataset
@require_safe
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a dataset; whoever isn't of its department counts as a visit."""
    made = page_of(request, lambda: _dataset(request, slug), slug=slug)
    if made.is_visit and is_visit(request):
        operations.count_visit(slug, on=timezone.localdate())
    return made.response


def _dataset(request: HttpRequest, slug: str) -> Made:
    actor = actor_of(request)
    try:
        row = queries.dataset_for(actor, slug)
    except NotFound:
        missing = pages.missing_page(slug)
        return Made(render(request, "open/missing.html", {"page": missing}, status=410 if missing.gone else 404))
    page = pages.dataset_page(actor, row, address=_address(request, slug), now=timezone.now())
    told = {"page": page, "described": dataset_block(page, site_of(request))}
    return Made(render(request, "open/dataset.html", told), is_visit=row.is_open and not page.is_inside)


@require_safe
@xframe_options_exempt
@csp_override(_EVERYWHERE)
@kept_for_strangers("slug")
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """Show chart and first rows in a frame of somebody else's page."""
    row = _found(actor_of(request), slug)
    page = pages.dataset_page(actor_of(request), row, address=_address(request, slug), now=timezone.now())
    return render(request, "open/embed.html", {"page": page})


@require_safe
def qr_code(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the dataset's address."""
    row = _found(actor_of(request), slug)
    image = io.BytesIO()
    segno.make(_address(request, row.slug), error="m").save(image, kind="svg", scale=4, border=2, xmldecl=False)
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


@require_safe
def version_changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show which rows a version added, removed and changed."""
    row = _found(actor_of(request), slug)
    versions = {one.number: one for one in queries.versions_of(row)} if row.is_free else {}
    earlier = [n for n in versions if n < number]
    if number not in versions or not earlier:
        raise Http404
    version, before = versions[number], versions[max(earlier)]
    found = reading.changes(version, before, limit=_MOST_CHANGES)
    page = pages.ChangesPage(
        row=row,
        version=version,
        before=before,
        columns=reading.shared_columns(version, before),
        changes=None if found is None else tuple(found),
        limit=_MOST_CHANGES,
    )
    return render(request, "open/changes.html", {"page": page})


@require_safe
@kept_for_strangers("topic")
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in topics():
        raise Http404
    found = topics()[slug]
    page = pages.group_page(
        found.name, found.icon, queries.open_datasets(topic=slug).only(*lines.FIELDS), f"topic={slug}"
    )
    return render(request, "open/group.html", {"page": page})


@require_safe
@kept_for_strangers("owner")
def department(request: HttpRequest, code: str) -> HttpResponse:
    body = city.organisation(code)
    rows = list(queries.open_datasets(owner=code).only(*lines.FIELDS)) if body else []
    if body is None or not rows:
        raise Http404
    page = pages.group_page(either(body.name, body.name_en), "building-bank", rows, f"owner={code}")
    return render(request, "open/group.html", {"page": page})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """What was opened last, within the same filters as the list."""
    rows = queries.find_datasets(_filters(request)).rows.order_by("-updated_at", "code")[:_FEED_ITEMS]
    here = request.build_absolute_uri()
    told = feeds.of_datasets(_("新开放的数据"), rows, address=lambda slug: _address(request, slug), here=here)
    return HttpResponse(told, content_type=_ATOM)


@require_safe
def dataset_feed(request: HttpRequest, slug: str) -> HttpResponse:
    row = _found(actor_of(request), slug)
    versions = queries.versions_of(row)[:_FEED_ITEMS] if row.is_open else []
    here = request.build_absolute_uri()
    told = feeds.of_versions(row, versions, address=lambda name: _address(request, name), here=here)
    return HttpResponse(told, content_type=_ATOM)


def _filters(request: HttpRequest) -> Filters:
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    told = {name: request.GET.get(name, "").replace("\x00", "")[:_LONGEST] for name in Filters.__dataclass_fields__}
    return Filters(**told | {"q": normalise(told["q"])})


def _found(actor: Actor, slug: str) -> Dataset:
    try:
        return queries.dataset_for(actor, slug)
    except NotFound:
        raise Http404 from None


def _address(request: HttpRequest, slug: str) -> str:
    return request.build_absolute_uri(reverse("open:dataset", args=[slug]))
