"""The catalogue as records: datasets found by words, place, time and identifiers, in an order of one's choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from haihe.data.catalogue import api as catalogue
from haihe.data.open.faces.asking import LONGEST, Refused
from haihe.data.open.faces.dcat.addresses import Site
from haihe.data.open.faces.dcat.describing import licence_address
from haihe.data.open.faces.dcat.vocabulary import FILE_TYPES
from haihe.data.open.faces.extents import Box
from haihe.data.open.faces.ogc import asking
from haihe.data.open.faces.ogc.asking import Interval
from haihe.data.open.faces.ogc.collections import link, moments
from haihe.data.open.faces.ogc.words import CATALOGUE, GEOJSON, JSON
from haihe.data.open.faces.shown import Shown, Wanted, published, shown
from haihe.data.open.models import Dataset
from haihe.data.open.topics import topics
from haihe.kernel.text import normalise

if TYPE_CHECKING:
    from django.db.models import QuerySet

PARAMETERS: Final = (
    *("bbox", "bbox-crs", "datetime", "externalIds", "ids", "limit", "offset"),
    *("owner", "q", "sortby", "topic", "type"),
)
SORTABLE: Final = {"id": "slug", "title": "title", "created": "published_at", "updated": "updated_at"}
"""What records may be sorted by, and the field behind it."""
_KIND: Final = "dataset"
_MOST_TERMS: Final = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """Which records; `rows` not yet narrowed by place and time."""

    rows: "QuerySet[Dataset]"
    boxes: tuple[Box, ...]
    interval: Interval | None
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of records."""

    shown: tuple[Shown, ...]
    matched: int


def read_asked(told: Mapping[str, str]) -> Asked:
    """Raises: Refused."""
    asking.check_names(told, PARAMETERS)
    rows = published(Wanted(topic=told.get("topic", "")[:LONGEST], owner=told.get("owner", "")[:LONGEST]))
    if told.get("type") and _KIND not in told["type"].split(","):
        rows = rows.none()
    if "ids" in told:
        rows = rows.filter(slug__in=told["ids"].split(","))
    if "externalIds" in told:
        rows = rows.filter(code__in=[value.rpartition(":")[2] for value in told["externalIds"].split(",")])
    rows = _found(rows, told.get("q", "")).order_by(*_order(told.get("sortby", "")))
    limit, offset = asking.read_limit(told), asking.read_offset(told)
    return Asked(rows, asking.read_boxes(told), asking.read_interval(told), limit, offset)


def find(asked: Asked) -> Found:
    """Return a page of records. Where rows lie is told by their files, so by place and time all are looked at."""
    here = slice(asked.offset, asked.offset + asked.limit)
    if not asked.boxes and asked.interval is None:
        return Found(tuple(shown(asked.rows[here])), asked.rows.count())
    fitting = [one for one in shown(asked.rows) if _fits(one, asked)]
    return Found(tuple(fitting[here]), len(fitting))


def record(one: Shown, site: Site) -> dict[str, Any]:
    """Return a dataset as a record in GeoJSON."""
    row = one.row
    properties: dict[str, Any] = {
        "type": _KIND,
        "title": row.title,
        "description": row.summary,
        "keywords": row.keywords,
        "created": (row.published_at or row.created_at).isoformat(timespec="seconds"),
        "updated": row.updated_at.isoformat(timespec="seconds"),
        "language": {"code": "zh"},
        "resourceLanguages": [{"code": "zh"}],
        "externalIds": [{"scheme": f"{site.portal}#codes", "value": row.code}],
        "themes": [{"concepts": [_concept(row.topic, site)], "scheme": f"{site.portal}#topics"}],
        "formats": [_format(download.name) for download in one.downloads],
        "contacts": [_contact(one, site)],
    }
    if row.licence:
        properties["license"] = row.licence
    if one.is_conditional:
        properties["rights"] = row.opening_condition
    return {
        "id": row.slug,
        "type": "Feature",
        "conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"],
        "time": {"interval": moments(one.extent.begin, one.extent.end)} if one.extent.begin else None,
        "geometry": _polygon(one.extent.box),
        "properties": properties,
        "links": list(_links(one, site)),
    }


def _found(rows: "QuerySet[Dataset]", q: str) -> "QuerySet[Dataset]":
    """Narrow to what holds any of the terms between commas; what the search only thinks near isn't found here.

    Raises: Refused.
    """
    terms = [term for term in map(normalise, q.split(",")) if term]
    if not terms:
        return rows
    if len(terms) > _MOST_TERMS:
        raise Refused(f"q 最多 {_MOST_TERMS} 个词。", f"q takes at most {_MOST_TERMS} terms.")
    slugs: set[str] = set()
    for term in terms:
        matched, loosely = catalogue.closest(rows, term[:LONGEST])
        slugs |= set() if loosely else set(matched.order_by().values_list("slug", flat=True))
    return rows.filter(slug__in=slugs)


def _order(text: str) -> list[str]:
    """Raises: Refused."""
    fields = []
    for part in filter(None, text.split(",")):
        # A plus in an address that nobody escaped reads as a space.
        name = part.lstrip("+- ")
        if name not in SORTABLE:
            known = ", ".join(SORTABLE)
            raise Refused(f"sortby 可以是：{known}。", f"sortby is one of {known}.")
        fields.append(f"-{SORTABLE[name]}" if part.startswith("-") else SORTABLE[name])
    return [*dict.fromkeys(fields), "code"]


def _fits(one: Shown, asked: Asked) -> bool:
    box = one.extent.box
    if asked.boxes and (box is None or not any(asking.overlap(box, other) for other in asked.boxes)):
        return False
    return asked.interval is None or asked.interval.meets(one.extent.begin, one.extent.end)


def _links(one: Shown, site: Site) -> Sequence[dict[str, str]]:
    slug, here = one.row.slug, f"{site.ogc}collections/{CATALOGUE}"
    told = [
        link("self", f"{here}/items/{slug}", GEOJSON),
        link("collection", here, JSON),
        link("alternate", site.page(slug), "text/html"),
        link("alternate", f"{site.address}/open/datasets/{slug}.ttl", "text/turtle"),
    ]
    if one.row.licence:
        told.append(link("license", licence_address(one.row.licence, site), "text/html"))
    told += [link("enclosure", way.url, FILE_TYPES[way.name].media_type, way.label) for way in one.downloads]
    if one.version and one.axes.has_place:
        told.append(link("http://www.opengis.net/def/rel/ogc/1.0/data", f"{site.ogc}collections/{slug}", JSON))
    if one.has_api:
        told.append(link("service-desc", f"{one.api_url}/openapi.json", JSON))
    return told


def _contact(one: Shown, site: Site) -> dict[str, Any]:
    return {
        "organization": one.body.zh,
        "identifier": one.body.code,
        "roles": ["publisher"],
        "emails": [{"value": site.contact}],
        "links": [link("about", site.body(one.body.code), "text/html")],
    }


def _concept(slug: str, site: Site) -> dict[str, str]:
    return {"id": slug, "title": topics()[slug].zh, "url": site.topic(slug)}


def _format(name: str) -> dict[str, str]:
    return {"name": FILE_TYPES[name].label, "mediaType": FILE_TYPES[name].media_type}


def _polygon(box: Box | None) -> dict[str, Any] | None:
    if box is None:
        return None
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
