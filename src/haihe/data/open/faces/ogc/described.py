"""The interface as an OpenAPI 3.0 document."""

from typing import Any, Final

from haihe.data.open.faces.ogc.asking import MOST_ROWS, USUAL_ROWS
from haihe.data.open.faces.ogc.records import SORTABLE
from haihe.data.open.faces.ogc.words import CATALOGUE, GEOJSON, JSON, OPENAPI, SCHEMA, SYSTEMS
from haihe.kernel.problems import MEDIA_TYPE

_ITEM: Final = "/collections/{collectionId}/items/{itemId}"


def openapi(address: str) -> dict[str, Any]:
    """Return the document; `address` is the landing page's."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "天津市公共数据开放：OGC API – Features、Records",
            "version": "1.0.0",
            "description": "带经纬度的数据集作为地图要素，整个目录作为记录。"
            "坐标为经度、纬度（CGCS2000，与 WGS 84 相差不到一米）。",
        },
        "servers": [{"url": address.rstrip("/")}],
        "paths": {
            "/": _get("首页", "getLandingPage", JSON),
            "/api": _get("接口描述", "getApi", OPENAPI),
            "/conformance": _get("符合的标准", "getConformance", JSON),
            "/collections": _get("全部集合", "getCollections", JSON),
            "/collections/{collectionId}": _get("一个集合", "describeCollection", JSON, "collectionId"),
            "/collections/{collectionId}/queryables": _get("可查的项", "getQueryables", SCHEMA, "collectionId"),
            "/collections/{collectionId}/schema": _get("数据项", "getSchema", SCHEMA, "collectionId"),
            "/collections/{collectionId}/items": _get("要素", "getFeatures", GEOJSON, "collectionId", *_FEATURES),
            _ITEM: _get("一个要素", "getFeature", GEOJSON, "collectionId", "itemId", "crs"),
            f"/collections/{CATALOGUE}/sortables": _get("可排序的项", "getSortables", SCHEMA),
            f"/collections/{CATALOGUE}/items": _get("目录记录", "getRecords", GEOJSON, *_RECORDS),
        },
        "components": {"parameters": _PARAMETERS},
    }


_FEATURES: Final = ("bbox", "bbox-crs", "crs", "cursor", "datetime", "limit")
_RECORDS: Final = (
    *("bbox", "datetime", "externalIds", "ids", "limit", "offset"),
    *("owner", "q", "sortby", "topic", "type"),
)


def _get(summary: str, name: str, media_type: str, *parameters: str) -> dict[str, Any]:
    problem = {"description": "问题说明（RFC 9457）", "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}
    return {
        "get": {
            "summary": summary,
            "operationId": name,
            "parameters": [{"$ref": f"#/components/parameters/{parameter}"} for parameter in parameters],
            "responses": {
                "200": {"description": summary, "content": {media_type: {"schema": {"type": "object"}}}},
                "400": problem,
                "404": problem,
                "429": problem,
            },
        }
    }


def _query(name: str, description: str, schema: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **more}


def _list(name: str, description: str, **items: object) -> dict[str, Any]:
    return _query(
        name, description, {"type": "array", "items": {"type": "string", **items}}, style="form", explode=False
    )


def _in_path(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": {"type": "string"}}


_SYSTEM: Final[dict[str, Any]] = {"type": "string", "format": "uri", "enum": list(SYSTEMS), "default": SYSTEMS[0]}
_BOX: Final[dict[str, Any]] = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
_PARAMETERS: Final[dict[str, Any]] = {
    "collectionId": _in_path("collectionId", f"数据集的短名；{CATALOGUE} 是目录"),
    "itemId": _in_path("itemId", "行号，或数据集的短名"),
    "bbox": _query("bbox", "西,南,东,北（度）", _BOX, style="form", explode=False),
    "bbox-crs": _query("bbox-crs", "bbox 的坐标系", _SYSTEM),
    "crs": _query("crs", "答复的坐标系", _SYSTEM),
    "cursor": _query("cursor", "上一页的 next 链接中给出", {"type": "string"}),
    "datetime": _query("datetime", "一天、一个时刻或者起止", {"type": "string"}),
    "limit": _query(
        "limit",
        "每页条数",
        {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS},
        style="form",
        explode=False,
    ),
    "offset": _query("offset", "跳过的记录", {"type": "integer", "minimum": 0, "default": 0}),
    "q": _list("q", "要找的词，逗号隔开的任一个"),
    "ids": _list("ids", "数据集的短名"),
    "externalIds": _list("externalIds", "目录代码"),
    "type": _list("type", "资源的类型", enum=["dataset"]),
    "sortby": _list("sortby", "排序，前面加 - 为倒序", pattern=f"[+-]?({'|'.join(SORTABLE)})"),
    "owner": _query("owner", "部门代码", {"type": "string"}),
    "topic": _query("topic", "主题", {"type": "string"}),
}
