"""Which items there are on a day, and in which version."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from haihe.platforms.services.items.definition import ItemDefinition, Verify
from haihe.platforms.services.items.errors import ItemNotFound
from haihe.platforms.services.items.kinds import Proof
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


def items_in_force(*, on: date | None = None, authorities: Iterable[str] | None = None) -> list[ItemDefinition]:
    """Return the items that one can apply for, whole, by name. For a list or a search see `finding`."""
    rows = versions_in_force(on=on or timezone.localdate())
    if authorities is not None:
        rows = rows.filter(authority__in=tuple(authorities))
    return sorted((row.definition for row in rows), key=lambda item: str(item.name))


def questions_in_force(*, on: date | None = None) -> list[Verify]:
    """Return every question that an item puts to data in place of a paper."""
    asking = versions_in_force(on=on or timezone.localdate()).filter(
        content__papers__contains=[{"proof": Proof.VERIFY}]
    )
    return [verify for row in asking for _paper, verify in row.definition.questions]


def definitions_in_force(slugs: Iterable[str], *, on: date) -> dict[str, ItemDefinition]:
    """Return these items by slug, those that are in force on that day."""
    rows = versions_in_force(on=on).filter(slug__in=tuple(slugs))
    return {row.slug: row.definition for row in rows}


def versions_of(slug: str) -> list[ItemVersion]:
    """Return all versions of an item, the newest first; none where there is no such item."""
    return list(ItemVersion.objects.filter(slug=slug).order_by("-version"))
