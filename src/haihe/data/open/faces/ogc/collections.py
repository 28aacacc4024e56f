"""What collections there are, and what is told of each."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from haihe.data.open.columns import OpenColumn
from haihe.data.open.faces.dcat.addresses import Site
from haihe.data.open.faces.dcat.describing import licence_address
from haihe.data.open.faces.extents import Box
from haihe.data.open.faces.ogc.words import CATALOGUE, CRS84, GEOJSON, GREGORIAN, JSON, SCHEMA, SYSTEMS
from haihe.data.open.faces.shown import Shown, published, shown
from haihe.data.open.models import OpeningType

_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "boolean": {"type": "boolean"},
}


def with_places() -> list[Shown]:
    """Return the datasets whose rows are features: free, with files, and with longitude and latitude."""
    rows = published().filter(opening_type=OpeningType.UNCONDITIONAL)
    for kind in ("longitude", "latitude"):
        rows = rows.filter(columns__contains=[{"kind": kind}])
    return [one for one in shown(rows) if one.version is not None and one.axes.has_place]


def told_of(one: Shown, site: Site) -> dict[str, Any]:
    """Return a collection of features."""
    row, here = one.row, f"{site.ogc}collections/{one.row.slug}"
    links = [
        link("self", here, JSON),
        link("items", f"{here}/items", GEOJSON),
        link("http://www.opengis.net/def/rel/ogc/1.0/queryables", f"{here}/queryables", SCHEMA),
        link("describedby", f"{here}/schema", SCHEMA),
        link("alternate", site.page(row.slug), "text/html"),
        link("describedby", f"{site.address}/open/datasets/{row.slug}.jsonld", "application/ld+json"),
    ]
    if row.licence:
        links.append(link("license", licence_address(row.licence, site), "text/html"))
    return {
        "id": row.slug,
        "title": row.title,
        "description": row.summary,
        "attribution": one.body.zh,
        "itemType": "feature",
        "extent": extent_of([one.extent.box] if one.extent.box else [], one.extent.begin, one.extent.end),
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "links": links,
    }


def catalogue_of(site: Site, features: Iterable[Shown]) -> dict[str, Any]:
    """Return the collection of records."""
    here = f"{site.ogc}collections/{CATALOGUE}"
    boxes = [one.extent.box for one in features if one.extent.box]
    return {
        "id": CATALOGUE,
        "type": "Collection",
        "title": "天津市公共数据开放目录",
        "description": "全市各部门开放的公共数据集，每个一条记录。",
        "itemType": "record",
        "extent": extent_of(boxes, "", ""),
        "crs": [CRS84],
        "links": [
            link("self", here, JSON),
            link("items", f"{here}/items", GEOJSON),
            link("http://www.opengis.net/def/rel/ogc/1.0/queryables", f"{here}/queryables", SCHEMA),
            link("http://www.opengis.net/def/rel/ogc/1.0/sortables", f"{here}/sortables", SCHEMA),
            link("describedby", f"{here}/schema", SCHEMA),
            link("alternate", site.portal, "text/html"),
            link("alternate", f"{site.address}/catalog.ttl", "text/turtle"),
        ],
    }


def extent_of(boxes: list[Box], begin: str, end: str) -> dict[str, Any]:
    """Return an extent with what is known of it."""
    told: dict[str, Any] = {}
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        told["spatial"] = {"bbox": [[min(west), min(south), max(east), max(north)]], "crs": CRS84}
    if begin:
        told["temporal"] = {"interval": [moments(begin, end)], "trs": GREGORIAN}
    return told


def moments(begin: str, end: str) -> list[str]:
    """Return a period as moments: days begin and end in the city."""
    return [
        begin if "T" in begin else f"{begin}T00:00:00+08:00",
        end if "T" in end else f"{end}T23:59:59+08:00",
    ]


def schema_of(title: str, address: str, columns: Iterable[OpenColumn], *, geometry: bool) -> dict[str, Any]:
    """Return the columns as a JSON schema; with where they are, for those that have it."""
    properties: dict[str, Any] = {}
    if geometry:
        properties["geometry"] = {"format": "geometry-point", "x-ogc-role": "primary-geometry", "title": "位置"}
    for column in columns:
        if column.kind in _TYPES:
            properties[column.name] = {"title": column.title, **_TYPES[column.kind], **_more(column)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": title,
        "properties": properties,
    }


def link(rel: str, href: str, media_type: str, title: str = "") -> dict[str, str]:
    return {"rel": rel, "href": href, "type": media_type, **({"title": title} if title else {})}


def _more(column: OpenColumn) -> dict[str, str]:
    told = {"description": column.description or column.title_en, "x-ogc-unit": column.unit}
    return {name: text for name, text in told.items() if text}
