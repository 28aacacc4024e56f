"""package_search: what is found, in which order, and its facets."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.open import queries
from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.errors import SearchQueryError
from haihe.data.open.faces.ckan.fields import has_places, leaf_at
from haihe.data.open.faces.ckan.names import FORMATS, GEOJSON, LICENCES
from haihe.data.open.faces.ckan.packages import Plain, Telling, told_packages, with_versions
from haihe.data.open.faces.ckan.registry import Scene
from haihe.data.open.faces.ckan.solr import read_query
from haihe.data.open.models import Dataset
from haihe.data.open.topics import topics
from haihe.data.open.workflow import DatasetState
from haihe.kernel.text import normalise

USUAL_ROWS: Final = 10
MOST_ROWS: Final = 1000
USUAL_SORT: Final = "score desc, metadata_modified desc"
_MOST_START: Final = 10_000_000
_MOST_FACETS: Final = 20
_LONGEST_WORDS: Final = 200
_ORDERS: Final = {
    "metadata_modified": "updated_at",
    "metadata_created": "published_at",
    "name": "slug",
    "title": "title",
    "title_string": "title",
    "id": "pk",
    "rows": "rows",
    "organization": "owner",
    "groups": "topic",
}
_SCORES: Final = ("score", "relevance", "rank")
FACETS: Final = {
    "organization": "部门",
    "groups": "主题",
    "tags": "关键词",
    "res_format": "格式",
    "license_id": "许可",
}


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it was understood."""

    rows: "QuerySet[Dataset]"
    sort: str
    limit: int
    start: int


def package_search_of(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return the answer of package_search. Five or six queries, however many packages it tells."""
    search = understood(asked, scene)
    facets = _facets(asked, search.rows)
    telling = Telling(scene.base)
    shown = with_versions(search.rows)[search.start : search.start + search.limit] if search.limit else []
    results = _narrowed(told_packages(telling, shown), asked.texts("fl"))
    return {
        "count": search.rows.count(),
        "sort": search.sort,
        "facets": facets,
        "search_facets": _told_facets(facets),
        "results": results,
    }


def understood(asked: Asked, scene: Scene) -> Search:
    """Raises: ValidationError, SearchQueryError."""
    rows = seen_by(asked, scene)
    leaf = leaf_at(scene.now)
    for text in [asked.text("fq"), *asked.texts_whole("fq_list")]:
        rows = rows.filter(read_query(text, leaf))
    q = asked.text("q").strip()
    if ":" in q:
        rows = rows.filter(read_query(q, leaf))
        words = ""
    else:
        words = normalise(q)[:_LONGEST_WORDS]
    matched, _loosely = catalogue.closest(rows, words)
    sort = asked.text("sort").strip() or USUAL_SORT
    limit = asked.integer("rows", USUAL_ROWS, most=MOST_ROWS)
    start = asked.integer("start", 0, most=_MOST_START)
    return Search(ordered(matched, sort, has_words=bool(words)), sort, limit, start)


def seen_by(asked: Asked, scene: Scene) -> "QuerySet[Dataset]":
    """Return what is open, and if asked for also what the publisher's own department prepares."""
    wants_own = any(asked.flag(name) for name in ("include_private", "include_drafts"))
    if wants_own and scene.asker.actor.is_signed_in:
        return queries.visible_datasets(scene.asker.actor).exclude(state=DatasetState.WITHDRAWN)
    return Dataset.objects.filter(state=DatasetState.PUBLISHED)


def ordered(rows: "QuerySet[Dataset]", sort: str, *, has_words: bool) -> "QuerySet[Dataset]":
    """Return the rows in the order asked for; its end is always the id, so that pages never repeat."""
    wished: list[str] = []
    for part in sort.split(","):
        name, *direction = part.split()[:3] or [""]
        word = "".join(direction).lower()
        if word not in ("", "asc", "desc") or name not in (*_ORDERS, *_SCORES):
            raise SearchQueryError(f"不能按“{part.strip()[:60]}”排序。", f"Can't sort by {part.strip()[:60]}.")
        if name in _SCORES and has_words and not wished:
            return rows
        if name in _ORDERS:
            wished.append(("-" if word == "desc" else "") + _ORDERS[name])
    return rows.order_by(*wished, "pk")


def _narrowed(packages: list[Plain], fields: Sequence[str]) -> list[Plain]:
    if not fields or "*" in fields:
        return packages
    return [{name: package[name] for name in fields if name in package} for package in packages]


def _facets(asked: Asked, rows: "QuerySet[Dataset]") -> dict[str, dict[str, int]]:
    names = list(dict.fromkeys(asked.texts("facet.field")))
    if not names or not asked.flag("facet", default=True):
        return {}
    if unknown := [name for name in names if name not in FACETS] or names[_MOST_FACETS:]:
        raise SearchQueryError(f"不能按“{unknown[0][:40]}”分类计数。", f"There is no facet {unknown[0][:40]}.")
    most = asked.integer("facet.limit", 50, least=-1, most=10_000)
    least = asked.integer("facet.mincount", 1, most=1_000_000)
    counted = _counted(rows)
    return {
        name: {value: n for value, n in counted[name].most_common(None if most < 0 else most) if n >= least}
        for name in names
    }


def _counted(rows: "QuerySet[Dataset]") -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    told = rows.order_by().annotate(has_places=has_places())
    for owner, topic, licence, keywords, on_map in told.values_list(
        "owner", "topic", "licence", "keywords", "has_places"
    ):
        counts["organization"][owner.lower()] += 1
        counts["groups"][topic] += 1
        counts["license_id"][licence] += 1
        counts["tags"].update(keywords)
        counts["res_format"].update(form.name for form in FORMATS if on_map or form.form != GEOJSON)
    return counts


def _told_facets(facets: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    titles = {
        "organization": {code: _body_name(code) for code in facets.get("organization", {})},
        "groups": {slug: topic.zh for slug, topic in topics().items()},
        "license_id": {name: one.title for name, one in LICENCES.items()},
    }
    return {
        name: {
            "title": FACETS[name],
            "items": [
                {"name": value, "display_name": titles.get(name, {}).get(value, value), "count": n}
                for value, n in counts.items()
            ],
        }
        for name, counts in facets.items()
    }


def _body_name(code: str) -> str:
    body = city.organisation(code.upper())
    return body.name if body else code
