"""Catalogue and datasets as linked data: by a suffix in the address, or by what the program accepts."""

from collections.abc import Callable
from functools import wraps
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from haihe.data.open.faces import asking
from haihe.data.open.faces.dcat.addresses import Site
from haihe.data.open.faces.dcat.catalogue import (
    NoSuchPage,
    catalogue_page,
    graph_of_dataset,
    graph_of_gone,
    graph_of_page,
)
from haihe.data.open.faces.dcat.writing import FORMS, Form
from haihe.data.open.faces.gone import gone_dataset
from haihe.data.open.faces.shown import find_one

_BY_SUFFIX: Final = {form.suffix: form for form in FORMS}
_BY_TYPE: Final = {form.media_type: form for form in FORMS}
_HTML: Final = "text/html"

type View = Callable[..., HttpResponse]
type Answer = Callable[..., HttpResponse]


@require_safe
def catalogue(request: HttpRequest, suffix: str = "") -> HttpResponse:
    """Give a page of the catalogue in the form that the address names, or else the one that is accepted."""
    form = _BY_SUFFIX.get(suffix) if suffix else accepted(request) or FORMS[0]
    if form is None:
        raise Http404
    return catalogue_in(request, form)


@require_safe
def dataset(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """Give one dataset in the form that the address names."""
    if suffix not in _BY_SUFFIX:
        raise Http404
    return dataset_in(request, _BY_SUFFIX[suffix], slug)


def catalogue_in(request: HttpRequest, form: Form) -> HttpResponse:
    told = request.GET.dict()
    try:
        wanted = asking.read_wanted(told)
        page = catalogue_page(wanted, asking.read_whole(told, "page", 1))
    except asking.Refused as refused:
        return refused.answer()
    except NoSuchPage:
        return asking.problem("not-found", detail="没有这一页。", detail_en="There is no such page.")
    site, query = site_of(request), asking.query_of(wanted)

    def address(number: int) -> str:
        return f"{site.address}/catalog.{form.suffix}?{urlencode({**query, 'page': number})}"

    links = [f'<{address(n)}>; rel="{rel}"' for rel, n in page.around.items()]
    others = {
        other: f"{site.address}/catalog.{other.suffix}?{urlencode({**query, 'page': page.number})}" for other in FORMS
    }
    return _answered(
        request, form.write(graph_of_page(page, site, address)), form, [*links, *_alternates(others, form)]
    )


def dataset_in(request: HttpRequest, form: Form, slug: str) -> HttpResponse:
    found = find_one(slug)
    if found is None:
        return _gone_in(request, form, slug)
    site = site_of(request)
    others = {other: f"{site.address}/open/datasets/{slug}.{other.suffix}" for other in FORMS}
    links = [*_alternates(others, form), f'<{site.page(slug)}>; rel="alternate"; type="{_HTML}"']
    return _answered(request, form.write(graph_of_dataset(found, site)), form, links)


def _gone_in(request: HttpRequest, form: Form, slug: str) -> HttpResponse:
    """Say of a withdrawn dataset that it is (410). Raises: Http404, where there never was one."""
    gone = gone_dataset(slug)
    if gone is None:
        raise Http404
    body, kind = form.write(graph_of_gone(gone, site_of(request))), f"{form.media_type}; charset=utf-8"
    return HttpResponse(body, status=410, content_type=kind, headers={**asking.EVERYBODY, "Vary": "Accept"})


def also_as_catalogue(view: View) -> View:
    """Let a page for people answer programs that accept linked data with the catalogue."""
    return _also(view, catalogue_in, lambda site, suffix, _slug: f"{site.address}/catalog.{suffix}")


def also_as_dataset(view: View) -> View:
    """Let the page of a dataset answer programs that accept linked data."""
    return _also(view, dataset_in, lambda site, suffix, slug: f"{site.address}/open/datasets/{slug}.{suffix}")


def accepted(request: HttpRequest) -> Form | None:
    """Return the form that is wished for more than a page; None for browsers and whoever doesn't say."""
    wished = request.get_preferred_type([_HTML, *_BY_TYPE])
    return _BY_TYPE.get(wished or _HTML)


def site_of(request: HttpRequest) -> Site:
    return Site(asking.site_of(request), asking.contact())


def _also(view: View, answer: Answer, address: Callable[[Site, str, str], str]) -> View:
    @wraps(view)
    def negotiated(request: HttpRequest, slug: str = "") -> HttpResponse:
        arguments = (slug,) if slug else ()
        form = accepted(request) if request.method in ("GET", "HEAD") else None
        if form is not None:
            return answer(request, form, *arguments)
        response = view(request, *arguments)
        site = site_of(request)
        links = _alternates({form: address(site, form.suffix, slug) for form in FORMS})
        response["Link"] = ", ".join([*filter(None, [response.get("Link")]), *links])
        patch_vary_headers(response, ("Accept",))
        return response

    return negotiated


def _alternates(addresses: dict[Form, str], but: Form | None = None) -> list[str]:
    return [
        f'<{address}>; rel="alternate"; type="{form.media_type}"' for form, address in addresses.items() if form != but
    ]


def _answered(request: HttpRequest, body: bytes, form: Form, links: list[str]) -> HttpResponse:
    headers = {"Vary": "Accept", "Link": ", ".join(links)}
    return asking.answered(request, body, f"{form.media_type}; charset=utf-8", headers)
