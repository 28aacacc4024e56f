"""Pages and groups as JSON, CSV, Arrow and GeoJSON."""

import csv
import io
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import pyarrow as pa

from haihe.data.open.store import Column, Groups, Page

JSON, CSV = "application/json", "text/csv; charset=utf-8"
ARROW, GEOJSON = "application/vnd.apache.arrow.stream", "application/geo+json"
FORMS = {"json": JSON, "csv": CSV, "arrow": ARROW, "geojson": GEOJSON}
_encode = msgspec.json.Encoder().encode
_KINDS = {
    "text": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.string(),
    "datetime": pa.string(),
}


def page_as(form: str, page: Page, *, version: str) -> bytes:
    """Return a page in one of `FORMS`. Arrow has dates and times as texts, as JSON has."""
    match form:
        case "csv":
            return _csv(["_id", *(column.name for column in page.columns)], page.rows)
        case "arrow":
            return _arrow(page)
        case "geojson":
            return _geojson(page)
    told: dict[str, Any] = {"version": version, "rows": as_objects(page), "next": page.next}
    return _encode(told if page.total is None else told | {"total": page.total})


def groups_as(form: str, groups: Groups, *, version: str) -> bytes:
    """Return groups as JSON or CSV."""
    if form == "csv":
        return _csv(groups.names, groups.rows)
    rows = [dict(zip(groups.names, row, strict=True)) for row in groups.rows]
    return _encode({"version": version, "groups": rows, "is_whole": groups.is_whole})


def as_objects(page: Page) -> list[Any]:
    """Return the rows as objects that the encoder knows by heart."""
    make = _maker(page.columns)
    return [make(*row) for row in page.rows]


@lru_cache(maxsize=512)
def _made(names: tuple[str, ...]) -> Callable[..., Any]:
    if any(sign in name for name in names for sign in '"\\'):
        # Structures take no name that JSON would have to escape.
        return lambda *row: dict(zip(names, row, strict=True))
    fields: list[tuple[str, Any, Any]] = [(f"c{n}", Any, msgspec.field(name=name)) for n, name in enumerate(names)]
    return msgspec.defstruct("Row", fields, frozen=True, gc=False)


def _maker(columns: Sequence[Column]) -> Callable[..., Any]:
    return _made(("_id", *(column.name for column in columns)))


def _csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_cell(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def _cell(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell


def _arrow(page: Page) -> bytes:
    fields = [("_id", pa.int64()), *((each.name, _KINDS.get(each.kind, pa.float64())) for each in page.columns)]
    schema = pa.schema(fields)
    cells = list(zip(*page.rows, strict=True)) or [()] * len(schema)
    batch = pa.record_batch(
        [pa.array(each, kind.type) for each, kind in zip(cells, schema, strict=True)], schema=schema
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _geojson(page: Page) -> bytes:
    kinds = [column.kind for column in page.columns]
    longitude = kinds.index("longitude") + 1 if "longitude" in kinds else None
    latitude = kinds.index("latitude") + 1 if "latitude" in kinds else None
    names = [column.name for column in page.columns]
    features = []
    for row in page.rows:
        point = None
        if longitude and latitude and row[longitude] is not None and row[latitude] is not None:
            point = {"type": "Point", "coordinates": [row[longitude], row[latitude]]}
        properties = {
            name: cell
            for n, (name, cell) in enumerate(zip(names, row[1:], strict=True), 1)
            if n not in (longitude, latitude)
        }
        features.append({"type": "Feature", "id": row[0], "geometry": point, "properties": properties})
    return _encode({"type": "FeatureCollection", "features": features})
