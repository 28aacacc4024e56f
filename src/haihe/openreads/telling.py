"""Pages and groups as JSON, CSV, Arrow and GeoJSON."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import msgspec
import pyarrow as pa

from haihe.data.open.store import Groups, Page, as_objects
from haihe.data.open.store.columns import point_of

JSON, CSV = "application/json", "text/csv; charset=utf-8"
ARROW, GEOJSON = "application/vnd.apache.arrow.stream", "application/geo+json"
FORMS = {"json": JSON, "csv": CSV, "arrow": ARROW, "geojson": GEOJSON}
FORMS_OF_GROUPS = ("json", "csv", "arrow")
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
    if page.lines is not None:
        return _joined(page, page.lines, version)
    told: dict[str, Any] = {"version": version, "rows": as_objects(page.columns, page.rows), "next": page.next}
    return _encode(told if page.total is None else told | {"total": page.total})


def _joined(page: Page, lines: Sequence[bytes], version: str) -> bytes:
    """Return the page with its rows as they are kept."""
    total = b"" if page.total is None else b',"total":%d' % page.total
    parts = (b'{"version":', _encode(version), b',"rows":[', b",".join(lines), b'],"next":', _encode(page.next), total)
    return b"".join((*parts, b"}"))


def groups_as(form: str, groups: Groups, *, version: str) -> bytes:
    """Return groups as JSON, CSV or Arrow."""
    match form:
        case "csv":
            return _csv(groups.names, groups.rows)
        case "arrow":
            return _arrow_of_groups(groups)
    rows = [dict(zip(groups.names, row, strict=True)) for row in groups.rows]
    return _encode({"version": version, "groups": rows, "is_whole": groups.is_whole})


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
    return _stream(schema, [pa.array(each, kind.type) for each, kind in zip(cells, schema, strict=True)])


def _arrow_of_groups(groups: Groups) -> bytes:
    """As each column's values are: whole numbers, numbers, truths or texts; what holds nothing at all is null."""
    cells = list(zip(*groups.rows, strict=True)) or [()] * len(groups.names)
    arrays = [pa.array(_of_one_kind(each)) for each in cells]
    return _stream(pa.schema([(name, array.type) for name, array in zip(groups.names, arrays, strict=True)]), arrays)


def _of_one_kind(cells: Sequence[Any]) -> Sequence[Any]:
    """Return numbers of a column that holds fractions all as such: a sum beyond whole numbers is one of them."""
    if not any(isinstance(cell, float) for cell in cells):
        return cells
    return [None if cell is None else float(cell) for cell in cells]


def _stream(schema: pa.Schema, arrays: Sequence[pa.Array]) -> bytes:
    batch = pa.record_batch(arrays, schema=schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _geojson(page: Page) -> bytes:
    point = point_of(page.columns)
    named = [(place + 1, column.name) for place, column in enumerate(page.columns) if place not in point]
    features = []
    for row in page.rows:
        at = [row[place + 1] for place in point]
        geometry = {"type": "Point", "coordinates": at} if at and None not in at else None
        properties = {name: row[place] for place, name in named}
        features.append({"type": "Feature", "id": row[0], "geometry": geometry, "properties": properties})
    return _encode({"type": "FeatureCollection", "features": features})
