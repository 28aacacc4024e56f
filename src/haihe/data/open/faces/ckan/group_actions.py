"""Actions that read tags, topics (groups) and departments (organizations)."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from haihe.data.open import queries
from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.errors import NotFound
from haihe.data.open.faces.ckan.packages import Telling, group, tag, told_packages, with_versions
from haihe.data.open.faces.ckan.registry import Scene, reads
from haihe.data.open.models import Dataset
from haihe.data.open.topics import topics
from haihe.data.open.workflow import DatasetState

_MOST: Final = 1000


def _words() -> Counter[str]:
    lists = Dataset.objects.filter(state=DatasetState.PUBLISHED).order_by().values_list("keywords", flat=True)
    return Counter(word for words in lists for word in words)


@reads
def tag_list(asked: Asked, scene: Scene) -> list[Any]:
    """Return the keywords. :param query: a part of them :param all_fields: as objects"""
    part = asked.text("query").lower()
    words = sorted(word for word in _words() if part in word.lower())
    return [tag(word) for word in words] if asked.flag("all_fields") else words


@reads
def tag_show(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return a keyword. :param id: :param include_datasets:"""
    word = asked.needed("id")
    rows = Dataset.objects.filter(state=DatasetState.PUBLISHED, keywords__contains=[word])
    if not rows.exists():
        raise NotFound("没有这个关键词。", "There is no such tag.")
    if not asked.flag("include_datasets"):
        return tag(word)
    shown = with_versions(rows).order_by("slug")[:_MOST]
    return tag(word) | {"packages": told_packages(Telling(scene.base), shown)}


@reads
def tag_autocomplete(asked: Asked, scene: Scene) -> list[str]:
    """Return keywords that hold the text. :param query: :param limit:"""
    part = asked.text("query") or asked.text("q")
    found = [word for word, _ in _words().most_common() if part.lower() in word.lower()] if part.strip() else []
    offset = asked.integer("offset", 0, most=_MOST)
    return found[offset : offset + asked.integer("limit", 10, most=_MOST)]


@reads
def tag_search(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return keywords that hold the text. :param query:"""
    part = (asked.text("query") or asked.text("q")).lower()
    found = sorted(word for word in _words() if part in word.lower())
    return {"count": len(found), "results": [tag(word) for word in found[:_MOST]]}


@reads
def group_list(asked: Asked, scene: Scene) -> list[Any]:
    """Return the topics. :param all_fields: :param groups: only these :param sort, limit, offset:"""
    counts = queries.counts_by("topic")
    told = [group(topic, count=counts.get(slug, 0)) for slug, topic in topics().items()]
    return _listed(asked, told, only="groups")


@reads
def group_show(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return a topic. :param id: :param include_datasets: also its packages"""
    slug = asked.needed("id")
    if slug not in topics():
        raise NotFound("没有这个主题。", "There is no such group.")
    told = group(topics()[slug], count=queries.counts_by("topic").get(slug, 0))
    return _shown(asked, scene, told, topic=slug)


@reads
def organization_list(asked: Asked, scene: Scene) -> list[Any]:
    """Return the departments that opened something.

    :param all_fields: :param organizations: only these :param sort, limit, offset:
    """
    telling = Telling(scene.base)
    counts = sorted(queries.counts_by("owner").items())
    told = [telling.organization(code) | {"display_name": "", "package_count": n} for code, n in counts]
    return _listed(asked, [one | {"display_name": one["title"]} for one in told], only="organizations")


@reads
def organization_show(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return a department. :param id: :param include_datasets: also its packages"""
    code = asked.needed("id").upper()
    count = queries.counts_by("owner").get(code)
    if count is None:
        raise NotFound("没有这个部门，或者它还没有开放数据。", "No such organization, or it opened nothing.")
    told = Telling(scene.base).organization(code)
    return _shown(asked, scene, told | {"display_name": told["title"], "package_count": count}, owner=code)


@reads
def organization_list_for_user(asked: Asked, scene: Scene) -> list[Any]:
    """Return the departments in whose name the token may publish."""
    telling = Telling(scene.base)
    return [telling.organization(code) for code in sorted(scene.asker.actor.organisations())]


def _listed(asked: Asked, told: Iterable[dict[str, Any]], *, only: str) -> list[Any]:
    wanted = {name.lower() for name in asked.texts(only)}
    shown = [one for one in told if not wanted or one["name"] in wanted]
    name, _, direction = (asked.text("sort") or "name").partition(" ")
    by = {"package_count": "package_count", "packages": "package_count", "title": "title"}.get(name, "name")
    shown.sort(key=lambda one: one[by], reverse=direction.strip().lower() == "desc")
    offset = asked.integer("offset", 0, most=_MOST)
    shown = shown[offset : offset + asked.integer("limit", _MOST, most=_MOST)]
    if asked.flag("all_fields"):
        return shown
    return [one["name"] for one in shown]


def _shown(asked: Asked, scene: Scene, told: dict[str, Any], **narrowed: str) -> dict[str, Any]:
    told = told | {"users": [], "groups": [], "extras": [], "tags": []}
    if asked.flag("include_datasets"):
        rows = with_versions(queries.open_datasets(**narrowed))[:_MOST]
        told["packages"] = told_packages(Telling(scene.base), rows)
    return told
