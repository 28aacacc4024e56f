"""A dataset's interface told to programs: what it holds, and its OpenAPI."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from haihe.data.open.store import FORMS as FILES
from haihe.data.open.store import Column
from haihe.openreads.picture import Dataset, Version
from haihe.openreads.telling import FORMS, FORMS_OF_GROUPS

_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"], "format": "int64"},
    "decimal": {"type": ["number", "null"]},
    "longitude": {"type": ["number", "null"], "minimum": -180, "maximum": 180},
    "latitude": {"type": ["number", "null"], "minimum": -90, "maximum": 90},
    "date": {"type": ["string", "null"], "format": "date"},
    "datetime": {"type": ["string", "null"], "format": "date-time"},
    "boolean": {"type": ["boolean", "null"]},
}
_WHERE = "条件，如 district = '和平区' and beds >= 20。A condition; the language is told in docs/open.md."


def description(dataset: Dataset, version: Version, columns: Sequence[Column], base: str) -> bytes:
    """Return what the dataset is, in JSON."""
    told: dict[str, Any] = {
        "code": dataset.code,
        "slug": dataset.slug,
        "title": dataset.title,
        "title_en": dataset.title_en,
        "owner": dataset.owner,
        "licence": dataset.licence,
        "version": version.name,
        "published_at": _written(version),
        "rows": version.rows,
        "columns": [msgspec.to_builtins(column) for column in columns],
        "versions": [
            {"version": each.name, "published_at": _written(each), "rows": each.rows} for each in dataset.versions
        ],
        "downloads": {form: f"{base}/export.{form}" for form in FILES},
    }
    if dataset.is_api:
        told |= {"rows_url": f"{base}/rows", "groups_url": f"{base}/groups", "openapi_url": f"{base}/openapi.json"}
    return msgspec.json.encode(told)


def openapi(dataset: Dataset, version: Version, columns: Sequence[Column], base: str) -> bytes:
    """Return the OpenAPI of the dataset's interface."""
    paths: dict[str, Any] = {"/export.{form}": _download()}
    if dataset.is_api:
        paths |= {"/rows": _rows(), "/groups": _groups()}
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": dataset.title, "summary": dataset.title_en, "version": version.name},
            "servers": [{"url": base}],
            "security": [{"key": []}] if dataset.is_conditional else [{}, {"key": []}],
            "paths": paths,
            "components": {
                "schemas": {"Row": _row(columns), "Problem": _problem()},
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _row(columns: Sequence[Column]) -> dict[str, Any]:
    cells: dict[str, Any] = {"_id": {"type": "integer", "format": "int64", "description": "行号 Row id"}}
    for column in columns:
        cells[column.name] = _SCHEMAS[column.kind] | {"title": column.title_zh, "description": column.title_en}
    return {"type": "object", "properties": cells}


def _rows() -> dict[str, Any]:
    parameters = [
        _parameter("where", _WHERE),
        _parameter("select", "数据项，用逗号分开。Columns, with commas between."),
        _parameter("order", "排序，- 表示倒序，如 -beds,name。Order; - turns it round."),
        _parameter("limit", "每页行数，最多 1000。Rows of a page.", {"type": "integer", "minimum": 1, "maximum": 1000}),
        _parameter("cursor", "上一页答复中的 next。The next of the page before."),
        _parameter("count", "同时答复总行数。Tell the exact count too.", {"type": "boolean"}),
        *_usual(list(FORMS)),
    ]
    page = {
        "type": "object",
        "properties": {
            "version": {"type": "string"},
            "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
            "next": {"type": ["string", "null"]},
            "total": {"type": "integer"},
        },
        "required": ["version", "rows", "next"],
    }
    kinds: dict[str, Any] = {kind.partition(";")[0]: {"schema": {}} for kind in FORMS.values()} | {
        "application/json": {"schema": page}
    }
    return {
        "get": {"operationId": "rows", "summary": "按条件分页读取 Pages of rows", "parameters": parameters}
        | _answers(kinds)
    }


def _groups() -> dict[str, Any]:
    parameters = [
        _parameter("where", _WHERE),
        _parameter("group", "分组的数据项，如 district,year(opened)。What to group by."),
        _parameter("aggregate", "统计，如 count(*),sum(beds)。Figures of each group."),
        _parameter("order", "排序，如 -count。Order."),
        _parameter("limit", "最多组数。Groups at most.", {"type": "integer", "minimum": 1, "maximum": 10_000}),
        *_usual(list(FORMS_OF_GROUPS)),
    ]
    groups = {
        "type": "object",
        "properties": {
            "version": {"type": "string"},
            "groups": {"type": "array", "items": {"type": "object"}},
            "is_whole": {"type": "boolean"},
        },
        "required": ["version", "groups", "is_whole"],
    }
    kinds: dict[str, Any] = {FORMS[form].partition(";")[0]: {} for form in FORMS_OF_GROUPS}
    kinds |= {"application/json": {"schema": groups}}
    return {"get": {"operationId": "groups", "summary": "分组统计 Groups", "parameters": parameters} | _answers(kinds)}


def _download() -> dict[str, Any]:
    form = {"name": "form", "in": "path", "required": True, "schema": {"enum": list(FILES)}}
    spreadsheet = _parameter(
        "for", "CSV 供电子表格打开：带 BOM，不执行公式。CSV for a spreadsheet.", {"enum": ["spreadsheet"]}
    )
    parameters = [form, _parameter("where", _WHERE), _as_of(), spreadsheet]
    kinds: dict[str, Any] = {each.media_type.partition(";")[0]: {} for each in FILES.values()}
    return {
        "get": {"operationId": "export", "summary": "整份下载 Whole file", "parameters": parameters} | _answers(kinds)
    }


def _usual(forms: list[str]) -> list[dict[str, Any]]:
    return [_as_of(), _parameter("format", "答复的格式。Form of the answer.", {"enum": forms})]


def _as_of() -> dict[str, Any]:
    return _parameter("as_of", "版本，或者日期：当天结束时的版本。A version, or a date.")


def _parameter(name: str, says: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": says, "schema": schema or {"type": "string"}}


def _answers(kinds: dict[str, Any]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "responses": {
            "200": {"description": "答复 Answer", "content": kinds},
            "304": {"description": "没有变化 Not modified"},
            "default": {"description": "问题 Problem (RFC 9457)", "content": problem},
        }
    }


def _problem() -> dict[str, Any]:
    names = {name: {"type": "string"} for name in ("type", "title", "title_en", "detail", "detail_en")}
    return {"type": "object", "properties": names | {"status": {"type": "integer"}}}


def _written(version: Version) -> str:
    return datetime.fromtimestamp(version.published_at, UTC).isoformat(timespec="seconds")
