"""The map of the site, and what robots may visit."""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from haihe.data.open import queries
from haihe.data.open.faces.asking import site_of

MOST: Final = 50_000
"""So many addresses one map may have."""
_AT_ONCE: Final = 500
_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
_ROBOTS: Final = """User-agent: *
Disallow: /open/desk/
Disallow: /open/datasets/*/embed/
Disallow: /open/datasets/?
Disallow: /ogc/collections/*/items?
Disallow: /api/
Allow: /

Sitemap: {site}{map}
"""


@require_safe
def sitemap(request: HttpRequest) -> StreamingHttpResponse:
    """Give the address of each page that tells of open data, with the day it changed."""
    return StreamingHttpResponse(_lines(site_of(request)), content_type="application/xml; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let robots find datasets, and spare them what has no end: lists in all orders, rows page by page."""
    text = _ROBOTS.format(site=site_of(request), map=reverse("sitemap"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _lines(site: str) -> Iterator[str]:
    yield _HEAD
    yield _line(f"{site}{reverse('open:front')}")
    for topic in queries.counts_by("topic"):
        yield _line(f"{site}{reverse('open:topic', args=[topic])}")
    for owner in queries.counts_by("owner"):
        yield _line(f"{site}{reverse('open:department', args=[owner])}")
    rows = queries.open_datasets().order_by("-updated_at", "code").values_list("slug", "updated_at")
    for slug, updated_at in rows[: MOST - 1000].iterator(_AT_ONCE):
        yield _line(f"{site}{reverse('open:dataset', args=[slug])}", updated_at.isoformat(timespec="seconds"))
    yield "</urlset>\n"


def _line(address: str, changed: str = "") -> str:
    when = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{escape(address)}</loc>{when}</url>\n"
