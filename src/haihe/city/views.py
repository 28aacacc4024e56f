"""Pages of places and public bodies: public knowledge, so open to everybody."""

from hashlib import sha256

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from haihe.city import geometry, outline, queries
from haihe.city.models import Division, DivisionLevel, Organisation, OrganisationKind
from haihe.city.pages import DivisionsPage, OrganisationPage, OrganisationsPage
from haihe.city.places import CITY

PAGE_ROWS = 50
_LONGEST_SEARCH = 40


@require_safe
def divisions(request: HttpRequest, code: str = CITY) -> HttpResponse:
    here = Division.objects.filter(code=code).first()
    if here is None and code == CITY:
        return render(request, "city/no_divisions.html")
    here = here or get_object_or_404(Division, code=code)
    search = _search(request)
    rows = queries.find_divisions(search) if search else queries.children_of(here)
    way = queries.way_to(here)
    page = DivisionsPage(
        here=here,
        way=way,
        search=search,
        rows=_page(request, rows),
        maps=() if search or here.level > DivisionLevel.DISTRICT else (outline.whole_city(), outline.old_town()),
        district=next((step.code for step in way if step.level == DivisionLevel.DISTRICT), ""),
        committee=Organisation.objects.filter(division=here).first() if here.level > DivisionLevel.CITY else None,
    )
    return render(request, "city/divisions.html", {"page": page})


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in OrganisationKind.values else ""
    search = _search(request)
    page = OrganisationsPage(
        search=search,
        kind=kind,
        kinds=[(value, str(label)) for value, label in OrganisationKind.choices],
        rows=_page(request, queries.find_organisations(search, kind)),
    )
    return render(request, "city/organisations.html", {"page": page})


@require_safe
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    here = get_object_or_404(Organisation.objects.select_related("division", "parent"), code=code)
    return render(request, "city/organisation.html", {"page": OrganisationPage(here, list(here.units.all()))})


def _borders_etag(_request: HttpRequest) -> str:
    return f'"{sha256(geometry.districts_geojson()).hexdigest()[:16]}"'


@require_safe
@cache_control(public=True, max_age=24 * 60 * 60)
@condition(etag_func=_borders_etag)
def districts_geojson(request: HttpRequest) -> HttpResponse:
    return HttpResponse(geometry.districts_geojson(), content_type="application/geo+json")


def _search(request: HttpRequest) -> str:
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    return request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH]


def _page[M: Model](request: HttpRequest, rows: QuerySet[M]) -> Page[M]:
    return Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
