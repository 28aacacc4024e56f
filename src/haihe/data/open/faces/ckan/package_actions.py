"""Actions that read packages and their resources."""

from typing import Any, Final

from django.db.models import Q, QuerySet

from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.errors import ValidationError
from haihe.data.open.faces.ckan.looking_up import package_named, resource_named
from haihe.data.open.faces.ckan.names import moment
from haihe.data.open.faces.ckan.packages import Telling, serving, told_packages, with_versions
from haihe.data.open.faces.ckan.registry import Scene, reads
from haihe.data.open.faces.ckan.searching import package_search_of
from haihe.data.open.models import Dataset, DatasetEvent
from haihe.data.open.workflow import WITHDRAWALS, DatasetState

_MOST: Final = 1000
_MOST_OFFSET: Final = 10_000_000
_MOST_SEARCHED: Final = 2000
_ACTIVITIES: Final = {"publish": "new package", "renew": "changed package", "resume": "changed package"}
_DELETED: Final = "deleted package"


def _open() -> "QuerySet[Dataset]":
    return Dataset.objects.filter(state=DatasetState.PUBLISHED)


@reads
def package_list(asked: Asked, scene: Scene) -> list[str]:
    """Return the names of all packages, in order. :param limit: :param offset:"""
    names = list(_open().order_by("slug").values_list("slug", flat=True))
    offset = asked.integer("offset", 0, most=_MOST_OFFSET)
    limit = asked.integer("limit", len(names), most=_MOST_OFFSET)
    return names[offset : offset + limit]


@reads
def package_show(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return one package. :param id: its id or its name"""
    name = asked.needed("id") if "id" in asked or "name_or_id" not in asked else asked.needed("name_or_id")
    return Telling(scene.base).package(package_named(name, scene.asker))


@reads
def package_search(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Search packages.

    :param q: words, or a query such as title:医院
    :param fq, fq_list: what they are narrowed to, such as organization:120007 AND tags:医院;
        fields: organization, groups, tags, res_format, license_id, name, title, notes, id, has_api, update_cycle,
        opening_type, metadata_created, metadata_modified (as [from TO to])
    :param sort: such as metadata_modified desc, name asc
    :param rows, start: how many (at most 1000), from where
    :param facet.field, facet.limit, facet.mincount: organization, groups, tags, res_format, license_id
    :param fl: only these fields of each
    :param include_private, include_drafts: with a publisher's token also what its department prepares
    """
    return package_search_of(asked, scene)


@reads
def current_package_list_with_resources(asked: Asked, scene: Scene) -> list[dict[str, Any]]:
    """Return packages, those changed last first. :param limit: at most 1000 :param offset:"""
    limit = asked.integer("limit", _MOST, most=_MOST)
    offset = asked.integer("offset", 0, most=_MOST_OFFSET)
    if "page" in asked:
        offset = (asked.integer("page", 1, least=1, most=_MOST_OFFSET) - 1) * limit
    rows = with_versions(_open()).order_by("-updated_at", "pk")[offset : offset + limit]
    return told_packages(Telling(scene.base), rows)


@reads
def package_autocomplete(asked: Asked, scene: Scene) -> list[dict[str, str]]:
    """Return packages whose name or title holds the text. :param q: :param limit:"""
    text = asked.needed("q")
    found = _open().filter(Q(slug__icontains=text) | Q(title__icontains=text)).order_by("title", "pk")
    told = found.values_list("slug", "title")[: asked.integer("limit", 10, most=100)]
    return [
        {"name": slug, "title": title, "match_field": "title", "match_displayed": f"{title} ({slug})"}
        for slug, title in told
    ]


@reads
def resource_show(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return one resource. :param id:"""
    row, version, form = resource_named(asked.needed("id"), scene.asker)
    resources = Telling(scene.base).resources(row, version)
    return next(one for one in resources if one["format"] == form.name)


@reads
def resource_view_list(asked: Asked, scene: Scene) -> list[dict[str, Any]]:
    """Return the views of a resource: there are none; each dataset's page shows table, chart and map. :param id:"""
    resource_named(asked.needed("id"), scene.asker)
    return []


@reads
def resource_search(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Search resources by their own fields.

    :param query: such as format:csv, or a list of them :param limit: :param offset:
    """
    terms = [_term(text) for text in asked.texts_whole("query")]
    if not terms:
        raise ValidationError({"query": ["缺少这个参数。 Missing value"]})
    telling = Telling(scene.base)
    rows = with_versions(_open()).order_by("slug")[:_MOST_SEARCHED]
    found = [
        resource
        for row in rows
        for resource in telling.resources(row, serving(row))
        if all(word in str(resource[name] or "").lower() for name, word in terms)
    ]
    offset = asked.integer("offset", 0, most=_MOST_OFFSET)
    limit = asked.integer("limit", len(found), most=_MOST)
    return {"count": len(found), "results": found[offset : offset + limit]}


def _term(text: str) -> tuple[str, str]:
    name, sign, word = text.partition(":")
    if not sign or name.strip() not in ("name", "description", "format", "url", "hash", "mimetype"):
        raise ValidationError.of("query", "应当写成 format:csv 的样子。", "Must be written as field:value.")
    return name.strip(), word.strip().lower()


@reads
def recently_changed_packages_activity_list(asked: Asked, scene: Scene) -> list[dict[str, Any]]:
    """Return what was opened, renewed and withdrawn last. :param limit: at most 100 :param offset:"""
    limit = asked.integer("limit", 31, most=100)
    offset = asked.integer("offset", 0, most=_MOST_OFFSET)
    shown = Q(name__in=tuple(_ACTIVITIES), dataset__state=DatasetState.PUBLISHED)
    events = DatasetEvent.objects.filter(shown | Q(name__in=WITHDRAWALS, dataset__state=DatasetState.WITHDRAWN))
    told = events.order_by("-at", "-pk").values_list(
        "pk", "at", "name", "dataset_id", "dataset__slug", "dataset__title"
    )
    return [
        {
            "id": str(pk),
            "timestamp": moment(at),
            "activity_type": _ACTIVITIES.get(name, _DELETED),
            "object_id": str(dataset),
            "user_id": "haihe",
            "data": {"package": {"id": str(dataset), "name": slug, "title": title}},
        }
        for pk, at, name, dataset, slug, title in told[offset : offset + limit]
    ]
