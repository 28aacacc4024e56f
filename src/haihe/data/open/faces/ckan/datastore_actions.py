"""Actions that read rows."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from haihe.data.open.faces.calls import count_use
from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.errors import NotAuthorized, NotFound, ValidationError
from haihe.data.open.faces.ckan.looking_up import rows_named
from haihe.data.open.faces.ckan.registry import Scene, reads
from haihe.data.open.faces.ckan.rows import (
    Found,
    Wanted,
    distinct_of,
    fields_of,
    page_of,
    wanted_of,
    written,
)
from haihe.data.open.faces.conditional import Rows
from haihe.data.open.models.reads import ReadKind
from haihe.data.open.models.usage import UsageKind
from haihe.data.open.store.tree import ID

_FORMATS: Final = ("objects", "lists", "csv", "tsv")


@reads
def datastore_search(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return rows of a resource.

    :param resource_id: the id of a dataset's CSV resource
    :param filters: {"field": value}, {"field": [values]}, {"field": {"gte": 1, "lt": 9}}
        (eq, ne, lt, lte, gt, gte, in)
    :param q: words, or {"field": "word"}; full_text: words
    :param fields, sort: such as name, beds desc (at most 4 to sort by)
    :param limit, offset: at most 32000 rows, and a million cells; `limit` of the answer says what held
    :param distinct: each combination of the fields (at most 4) once
    :param include_total, records_format: objects, lists, csv or tsv
    :param include_next_page: tell the parameters of the next page; with its `cursor` it costs the same however far
    """
    rows = _table(asked, scene)
    scene.take_call()
    store = rows.store
    wanted = wanted_of(asked, store)
    form = asked.text("records_format") or "objects"
    if form not in _FORMATS:
        raise ValidationError.of("records_format", f"应当是 {'、'.join(_FORMATS)}。", f"Must be one of {_FORMATS}.")
    if asked.flag("distinct"):
        if not asked.texts("fields"):
            wanted = Wanted(wanted.where, tuple(range(len(store.columns))), wanted.order, wanted.limit, wanted.offset)
        found = distinct_of(store, wanted)
    else:
        counts = asked.flag("include_total", default=True)
        found = page_of(store, wanted, counts=counts, cursor=asked.text("cursor"))
    fields = fields_of(rows.version, store, wanted.chosen)
    rows.keep(ReadKind.ROWS, [column.name for column in store.columns], len(found.rows), now=scene.now)
    count_use(scene.asker, rows.row.slug, UsageKind.CALL, now=scene.now)
    told: dict[str, Any] = {
        "resource_id": asked.text("resource_id") or asked.text("id"),
        "fields": fields,
        "records_format": form,
        "records": _records(found, [field["id"] for field in fields], form),
        "limit": wanted.limit,
        "offset": wanted.offset,
        "_links": _links(asked, wanted),
    }
    return told | _totals(found) | _echoed(asked) | _next(asked, wanted, found)


@reads
def datastore_info(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return what the fields of a resource mean, and how many rows there are. :param id:"""
    rows = _table(asked, scene)
    version, store = rows.version, rows.store
    return {
        "meta": {
            "id": asked.text("resource_id") or asked.text("id"),
            "count": store.manifest.rows,
            "table_type": "BASE TABLE",
            "aliases": [],
            "version": str(version.number),
            "as_of": version.as_of.isoformat(),
        },
        "fields": fields_of(version, store, (ID, *range(len(store.columns))))[1:],
    }


@reads
def datastore_search_sql(asked: Asked, scene: Scene) -> None:
    """Refuse: SQL of strangers isn't run here; filters, q and sort of datastore_search do, or the query interface."""
    raise NotAuthorized(
        "这里不执行 SQL。请使用 datastore_search 的 filters、q 和 sort，或者 /open/v1/datasets/…/rows 的 where。",
        "No SQL is run here. Use filters, q and sort of datastore_search, or where= of /open/v1/datasets/…/rows.",
    )


def _table(asked: Asked, scene: Scene) -> Rows:
    """Return the dataset whose rows are asked for. Raises: NotFound, NotAuthorized, ValidationError."""
    name = asked.needed("resource_id") if "resource_id" in asked or "id" not in asked else asked.needed("id")
    rows = rows_named(name, scene.asker, now=scene.now)
    if not rows.row.has_api:
        raise NotFound(
            "这个数据集没有数据接口，可以整份下载。",
            f'Resource "{name[:60]}" was not found: it comes as files only.',
        )
    return rows


def _records(found: Found, names: Sequence[str], form: str) -> Any:
    match form:
        case "objects":
            return [dict(zip(names, row, strict=True)) for row in found.rows]
        case "lists":
            return [list(row) for row in found.rows]
    return written(found.rows, separator="," if form == "csv" else "\t")


def _totals(found: Found) -> dict[str, Any]:
    if found.total is None:
        return {}
    return {"total": found.total, "total_was_estimated": False, "include_total": True}


def _echoed(asked: Asked) -> dict[str, Any]:
    """Return of what was asked what clients look for in the answer."""
    told: dict[str, Any] = {}
    if asked.mapping("filters"):
        told["filters"] = asked.mapping("filters")
    return told | {name: asked.values[name] for name in ("q", "sort") if name in asked}


def _links(asked: Asked, wanted: Wanted) -> dict[str, str]:
    def address(offset: int) -> str:
        told = {name: str(value) for name, value in asked.values.items() if not isinstance(value, dict | list)}
        told = {name: value for name, value in told.items() if name != "cursor"} | {"limit": str(wanted.limit)}
        return f"/api/3/action/datastore_search?{urlencode(told | ({'offset': str(offset)} if offset else {}))}"

    start = address(0)
    links = {"start": start, "next": address(wanted.offset + wanted.limit)}
    return links | ({"prev": address(max(0, wanted.offset - wanted.limit))} if wanted.offset else {})


def _next(asked: Asked, wanted: Wanted, found: Found) -> dict[str, Any]:
    if not asked.flag("include_next_page") or found.next is None:
        return {}
    kept = {name: value for name, value in asked.values.items() if name not in ("offset", "cursor", "callback")}
    return {"next_page": kept | {"limit": wanted.limit, "cursor": found.next}}
