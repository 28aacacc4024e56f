"""The pages of OGC API. Each makes one call and answers with JSON, or with a problem that says what to change."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from haihe.data.open.columns import OpenColumn
from haihe.data.open.faces import asking
from haihe.data.open.faces.askers import UnknownToken, asker_of
from haihe.data.open.faces.calls import CallRefused, count_use, take_call
from haihe.data.open.faces.dcat.addresses import Site
from haihe.data.open.faces.dcat.views import site_of
from haihe.data.open.faces.gone import gone_dataset
from haihe.data.open.faces.ogc import collections, described, features, records
from haihe.data.open.faces.ogc.asking import check_names, read_system
from haihe.data.open.faces.ogc.collections import link
from haihe.data.open.faces.ogc.words import CATALOGUE, CONFORMS_TO, GEOJSON, JSON, OPENAPI, SCHEMA, SYSTEMS
from haihe.data.open.faces.shown import Shown, find_one
from haihe.data.open.faces.stores import store_of
from haihe.data.open.models import DatasetVersion
from haihe.data.open.models.usage import UsageKind
from haihe.data.open.store import QueryTrouble, StoreDamaged, TooCostly

type View = Callable[..., HttpResponse]
_RECORD_COLUMNS: Final = (
    OpenColumn(name="type", title="资源的类型"),
    OpenColumn(name="title", title="名称"),
    OpenColumn(name="description", title="摘要"),
    OpenColumn(name="created", title="开放时间", kind="datetime"),
    OpenColumn(name="updated", title="更新时间", kind="datetime"),
    OpenColumn(name="owner", title="部门代码"),
    OpenColumn(name="topic", title="主题"),
)


class NotThere(LookupError):
    """No such collection or item; its argument is the dataset's name."""


def told(view: View) -> View:
    """Let a view say what goes wrong as a problem document."""

    @require_safe
    @wraps(view)
    def answered(request: HttpRequest, **arguments: str) -> HttpResponse:
        try:
            return view(request, site_of(request), **arguments)
        except asking.Refused as refused:
            return refused.answer()
        except QueryTrouble as trouble:
            slug = "query-too-costly" if isinstance(trouble, TooCostly) else "query-invalid"
            return asking.problem(slug, detail=trouble.zh, detail_en=trouble.en)
        except NotThere as missing:
            if (gone := gone_dataset(str(missing))) is not None:
                return asking.gone(gone)
            return asking.problem(
                "not-found",
                detail="没有这个集合或者要素；全部集合见 /ogc/collections。",
                detail_en="There is no such collection or item; /ogc/collections has all of them.",
            )
        except StoreDamaged:
            return asking.problem("unavailable")

    return answered


@told
def landing(request: HttpRequest, site: Site) -> HttpResponse:
    check_names(request.GET.dict(), ())
    links = [
        link("self", site.ogc, JSON),
        link("service-desc", f"{site.ogc}api", OPENAPI),
        link("service-doc", f"{site.portal}", "text/html"),
        link("conformance", f"{site.ogc}conformance", JSON),
        link("data", f"{site.ogc}collections", JSON),
        link("http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog", f"{site.ogc}collections/{CATALOGUE}", JSON),
    ]
    return asking.as_json(
        request,
        {
            "title": "天津市公共数据开放",
            "description": "带经纬度的数据集作为地图要素，整个目录作为记录。",
            "links": links,
        },
    )


@told
def conformance(request: HttpRequest, site: Site) -> HttpResponse:
    check_names(request.GET.dict(), ())
    return asking.as_json(request, {"conformsTo": CONFORMS_TO})


@told
def api(request: HttpRequest, site: Site) -> HttpResponse:
    check_names(request.GET.dict(), ())
    return asking.as_json(request, described.openapi(site.ogc), OPENAPI)


@told
def collection_list(request: HttpRequest, site: Site) -> HttpResponse:
    check_names(request.GET.dict(), ())
    listed = collections.with_places()
    return asking.as_json(
        request,
        {
            "links": [link("self", f"{site.ogc}collections", JSON)],
            "crs": list(SYSTEMS),
            "collections": [
                collections.catalogue_of(site, listed),
                *(collections.told_of(one, site) for one in listed),
            ],
        },
    )


@told
def collection(request: HttpRequest, site: Site, name: str) -> HttpResponse:
    check_names(request.GET.dict(), ())
    if name == CATALOGUE:
        return asking.as_json(request, collections.catalogue_of(site, collections.with_places()))
    return asking.as_json(request, collections.told_of(_with_places(name)[0], site))


@told
def queryables(request: HttpRequest, site: Site, name: str) -> HttpResponse:
    """Tell what may be asked for by name, with the place for whoever draws a box."""
    return _schema(request, site, name, "queryables")


@told
def schema(request: HttpRequest, site: Site, name: str) -> HttpResponse:
    return _schema(request, site, name, "schema")


@told
def sortables(request: HttpRequest, site: Site) -> HttpResponse:
    check_names(request.GET.dict(), ())
    columns = [one for one in _RECORD_COLUMNS if one.name in records.SORTABLE]
    address = f"{site.ogc}collections/{CATALOGUE}/sortables"
    return asking.as_json(request, collections.schema_of(CATALOGUE, address, columns, geometry=False), SCHEMA)


@told
def items(request: HttpRequest, site: Site, name: str) -> HttpResponse:
    return _records(request, site) if name == CATALOGUE else _features(request, site, name)


@told
def item(request: HttpRequest, site: Site, name: str, number: str) -> HttpResponse:
    parameters, here = request.GET.dict(), f"{site.ogc}collections/{name}"
    check_names(parameters, ("crs",))
    if name == CATALOGUE:
        shown = find_one(number)
        if shown is None:
            raise NotThere(number)
        return asking.as_json(request, records.record(shown, site), GEOJSON)
    one, version = _with_places(name)
    system = read_system(parameters, "crs")
    links = [link("self", f"{here}/items/{number}", GEOJSON), link("collection", here, JSON)]

    def found() -> dict[str, Any]:
        feature = features.find_one(store_of(version), number, one.axes, system)
        if feature is None:
            raise NotThere(number)
        return feature | {"links": links}

    return _counted(request, one, found, system)


def _features(request: HttpRequest, site: Site, name: str) -> HttpResponse:
    one, version = _with_places(name)
    store, parameters = store_of(version), request.GET.dict()
    asked = features.read_asked(parameters, store.columns, one.axes)

    def page() -> dict[str, Any]:
        found = features.find(store, asked, one.axes)
        following = {"cursor": found.next} if found.next else None
        return _page(site, name, parameters, found.features, found.matched, following)

    return _counted(request, one, page, asked.system)


def _counted(request: HttpRequest, one: Shown, found: Callable[[], dict[str, Any]], system: str) -> HttpResponse:
    """Answer with rows, within the asker's allowance; what is answered is counted for its dataset."""
    now = timezone.now()
    try:
        asker = asker_of(request, now=now)
        limits = take_call(asker, now=now).headers
    except UnknownToken:
        return asking.problem(
            "credentials-invalid",
            detail="密钥无效、已经收回或者过期；不带密钥也可以查询。",
            detail_en="The key isn't valid, was withdrawn or has expired; without one you may ask too.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    except CallRefused as refused:
        return asking.problem(refused.problem, detail=refused.zh, detail_en=refused.en, headers=refused.headers)
    answer = asking.as_json(request, found(), GEOJSON, limits)
    count_use(asker, one.row.slug, UsageKind.CALL, now=now)
    return _in_system(answer, system)


def _records(request: HttpRequest, site: Site) -> HttpResponse:
    parameters = request.GET.dict()
    asked = records.read_asked(parameters)
    found = records.find(asked)
    end = asked.offset + len(found.shown)
    following = {"offset": str(end)} if found.shown and end < found.matched else None
    told_of = [records.record(one, site) for one in found.shown]
    return asking.as_json(request, _page(site, CATALOGUE, parameters, told_of, found.matched, following), GEOJSON)


def _page(
    site: Site,
    name: str,
    parameters: dict[str, str],
    found: list[dict[str, Any]],
    matched: int,
    following: dict[str, str] | None,
) -> dict[str, Any]:
    here = f"{site.ogc}collections/{name}"

    def address(more: dict[str, str]) -> str:
        asked = urlencode(parameters | more)
        return f"{here}/items?{asked}" if asked else f"{here}/items"

    links = [link("self", address({}), GEOJSON), link("collection", here, JSON)]
    if following is not None:
        links.append(link("next", address(following), GEOJSON))
    return {
        "type": "FeatureCollection",
        "timeStamp": features.stamp(timezone.now()),
        "numberMatched": matched,
        "numberReturned": len(found),
        "features": found,
        "links": links,
    }


def _schema(request: HttpRequest, site: Site, name: str, what: str) -> HttpResponse:
    check_names(request.GET.dict(), ())
    address = f"{site.ogc}collections/{name}/{what}"
    if name == CATALOGUE:
        told_of = collections.schema_of(CATALOGUE, address, _RECORD_COLUMNS, geometry=True)
    else:
        one, _ = _with_places(name)
        told_of = collections.schema_of(one.row.title, address, one.columns, geometry=True)
    return asking.as_json(request, told_of, SCHEMA)


def _with_places(name: str) -> tuple[Shown, DatasetVersion]:
    """Return a collection of features with the version that serves. Raises: NotThere."""
    one = find_one(name)
    if one is None or one.version is None or not one.axes.has_place:
        raise NotThere(name)
    return one, one.version


def _in_system(response: HttpResponse, system: str) -> HttpResponse:
    response["Content-Crs"] = f"<{system}>"
    return response
