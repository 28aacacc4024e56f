"""The public pages of items: which there are and what each needs. Open to everybody."""

import io
from datetime import date

import segno
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.city import api as city
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items import bundles, choosing, pages, queries
from haihe.platforms.services.items.errors import ItemNotFound
from haihe.platforms.services.items.finding import LONGEST_SEARCH, Filters, find_items
from haihe.platforms.services.items.models import ItemVersion

PAGE_ROWS = 20


@gzip_page
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    filters = _filters(request)
    found = find_items(filters, on=_today())
    paginator = Paginator(found.rows, PAGE_ROWS)
    paginator.count = found.total  # counted already, with the choices
    rows = paginator.get_page(request.GET.get("page"))
    return render(request, "items/list.html", {"page": pages.list_page(rows, filters, found)})


@gzip_page
@require_safe
def item(request: HttpRequest, slug: str) -> HttpResponse:
    version = _in_force_or_404(slug)
    address = request.build_absolute_uri(reverse("services:item", args=[slug]))
    page = pages.item_page(version, request.GET.dict(), address=address)
    return render(request, "items/item.html", {"page": page, "item": page.item})


@require_safe
def qr(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the address of the item's page, for a printed guide."""
    version = _in_force_or_404(slug)
    image = io.BytesIO()
    address = request.build_absolute_uri(reverse("services:item", args=[version.slug]))
    segno.make(address, error="m").save(image, kind="svg", scale=4, border=2, xmldecl=False)
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


@gzip_page
@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Show since when each version of an item is or was in force."""
    rows, today = queries.versions_of(slug), _today()
    if not rows:
        raise Http404
    now = next((row for row in rows if row.in_force_from <= today), None)
    page = {"rows": rows, "now": now, "today": today, "name": (now or rows[0]).definition.name, "slug": slug}
    return render(request, "items/versions.html", page)


@gzip_page
@require_safe
def departments(request: HttpRequest) -> HttpResponse:
    found = find_items(Filters(), on=_today())
    bodies = [body for body in city.organisations(level=2) if body.code in found.authorities]
    rows = [(body, found.authorities[body.code]) for body in bodies]
    return render(request, "items/departments.html", {"rows": rows, "total": found.total})


@gzip_page
@require_safe
def department(request: HttpRequest, code: str) -> HttpResponse:
    found = city.organisation(code)
    page = pages.department_page(found, on=_today()) if found else None
    if page is None or not page.total:
        raise Http404
    return render(request, "items/department.html", {"page": page})


@never_cache
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
def bundle(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show a life event to everybody; whoever chooses from it and begins has signed in."""
    found = bundles.bundle(slug)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _begin_bundle(request, found=found)
    page = pages.bundle_page(found, actor_of(request), now=timezone.now())
    return render(request, "items/bundle.html", {"page": page})


@role_required(Role.CITIZEN)
def _begin_bundle(request: HttpRequest, *, found: bundles.Bundle) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    said = choosing.choices_in(request.POST, found, on=timezone.localdate(now))
    if said is None:
        raise Http404
    asks = request.POST.get("ask") != "no"
    slug = choosing.offer_slug(found)
    draft = forms.begin_for(actor=actor, slug=slug, said=said, channel=forms.PHONE, asks=asks, now=now)
    forms.prefill(actor=actor, draft_id=draft, now=now)
    return redirect("services_forms:resume", draft)


def _filters(request: HttpRequest) -> Filters:
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    told = {name: request.GET.get(name, "").replace("\x00", "").strip() for name in Filters.__dataclass_fields__}
    return Filters(**told | {"q": told["q"][:LONGEST_SEARCH]})


def _in_force_or_404(slug: str) -> ItemVersion:
    try:
        return queries.version_in_force(slug, on=_today())
    except ItemNotFound as missing:
        raise Http404 from missing


def _today() -> date:
    return timezone.localdate()
