"""DCAT-US 1.1 (Project Open Data): the whole catalogue as one `data.json`, written while it is read."""

from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Any, Final

import msgspec
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from haihe.data.open.faces.asking import EVERYBODY
from haihe.data.open.faces.dcat.addresses import Site
from haihe.data.open.faces.dcat.describing import licence_address
from haihe.data.open.faces.dcat.views import site_of
from haihe.data.open.faces.dcat.vocabulary import FILE_TYPES, INTERVALS
from haihe.data.open.faces.shown import Shown, published, shown
from haihe.data.open.topics import topics

SCHEMA: Final = "https://project-open-data.cio.gov/v1.1/schema"
_HEAD: Final = {
    "@context": f"{SCHEMA}/catalog.jsonld",
    "@type": "dcat:Catalog",
    "conformsTo": SCHEMA,
    "describedBy": f"{SCHEMA}/catalog.json",
}
_CITY: Final = "天津市"
_AT_ONCE: Final = 100


@require_safe
def data_json(request: HttpRequest) -> StreamingHttpResponse:
    """Give all datasets; the file is never whole in memory."""
    told = whole_file(site_of(request))
    return StreamingHttpResponse(told, content_type="application/json", headers=EVERYBODY)


def whole_file(site: Site) -> Iterator[bytes]:
    head = msgspec.json.encode(_HEAD | {"@id": f"{site.address}/data.json"})
    yield head[:-1] + b',"dataset":['
    between = b""
    for rows in batched(published().iterator(_AT_ONCE), _AT_ONCE, strict=False):
        written = b",".join(msgspec.json.encode(described(one, site)) for one in shown(rows))
        yield between + written
        between = b","
    yield b"]}"


def described(one: Shown, site: Site) -> dict[str, Any]:
    """Return one dataset in the words of DCAT-US 1.1. What only federal agencies have (bureauCode …) isn't there."""
    row = one.row
    told: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "identifier": site.dataset(row.slug),
        "title": row.title,
        "description": row.summary,
        "keyword": row.keywords or [topics()[row.topic].zh],
        "modified": row.updated_at.isoformat(timespec="seconds"),
        "issued": (row.published_at or row.created_at).isoformat(timespec="seconds"),
        "publisher": {"@type": "org:Organization", "name": one.body.zh},
        "contactPoint": {"@type": "vcard:Contact", "fn": one.body.zh, "hasEmail": f"mailto:{site.contact}"},
        "accessLevel": "restricted public" if one.is_conditional else "public",
        "landingPage": site.page(row.slug),
        "language": ["zh-CN"],
        "theme": [topics()[row.topic].zh],
        "spatial": ",".join(f"{degree:.6f}" for degree in one.extent.box) if one.extent.box else _CITY,
    }
    return told | dict(_optional(one, site))


def _optional(one: Shown, site: Site) -> Iterator[tuple[str, Any]]:
    row = one.row
    if row.licence:
        yield "license", licence_address(row.licence, site)
    if one.is_conditional:
        yield "rights", row.opening_condition[:255]
    if row.update_cycle in INTERVALS:
        yield "accrualPeriodicity", INTERVALS[row.update_cycle]
    if one.extent.begin:
        yield "temporal", f"{one.extent.begin}/{one.extent.end}"
    if one.has_api:
        yield "describedBy", f"{one.api_url}/openapi.json"
        yield "describedByType", "application/json"
    if ways := list(_ways(one)):
        yield "distribution", ways


def _ways(one: Shown) -> Iterable[dict[str, Any]]:
    for download in one.downloads:
        kind = FILE_TYPES[download.name]
        yield {
            "@type": "dcat:Distribution",
            "title": download.label,
            "downloadURL": download.url,
            "mediaType": kind.media_type,
            "format": kind.label,
        }
    if one.has_api:
        yield {"@type": "dcat:Distribution", "title": "API", "accessURL": one.api_url, "format": "API"}
