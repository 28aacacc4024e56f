"""Which items there are on a day, and in which version."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.errors import ItemNotFound
from haihe.platforms.services.items.models import ItemVersion


def versions_in_force(*, on: date) -> QuerySet[ItemVersion]:
    """Return the version of each item that is in force on that day, by slug."""
    return ItemVersion.objects.filter(in_force_from__lte=on).order_by("slug", "-version").distinct("slug")


def version_in_force(slug: str, *, on: date) -> ItemVersion:
    """Raises: ItemNotFound."""
    version = ItemVersion.objects.filter(slug=slug, in_force_from__lte=on).order_by("-version").first()
    if version is None:
        raise ItemNotFound
    return version


def items_in_force(*, on: date | None = None, search: str = "") -> list[ItemDefinition]:
    """Return the items one can apply for, by name; `search` finds words of name, summary, keywords and code."""
    found = [row.definition for row in versions_in_force(on=on or timezone.localdate())]
    words = search.casefold().split()
    return sorted((item for item in found if _speaks_of(item, words)), key=lambda item: str(item.name))


def _speaks_of(item: ItemDefinition, words: list[str]) -> bool:
    texts = (item.name.zh, item.name.en, item.summary.zh, item.summary.en, item.code, *item.keywords)
    haystack = " ".join(texts).casefold()
    return all(word in haystack for word in words)
