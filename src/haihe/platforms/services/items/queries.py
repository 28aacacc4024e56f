"""Which items there are on a day, and in which version."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.items.definition import ItemDefinition, Paper, Verify
from haihe.platforms.services.items.errors import ItemNotFound
from haihe.platforms.services.items.kinds import Proof
from haihe.platforms.services.items.models import ItemDraft, ItemEntry, ItemEvent, ItemRetirement, ItemVersion
from haihe.platforms.services.items.reading import shipped
from haihe.platforms.services.items.texts import Text
from haihe.platforms.services.items.workflow import OPEN, Part


def versions_in_force(*, on: date) -> QuerySet[ItemVersion]:
    """Return the version of each item that is in force on that day, by slug."""
    return _not_ended(on).order_by("slug", "-version").distinct("slug")


def _not_ended(on: date) -> QuerySet[ItemVersion]:
    ended = ItemRetirement.objects.filter(slug=OuterRef("slug"), version__gte=OuterRef("version"), from_day__lte=on)
    return ItemVersion.objects.filter(~Exists(ended), in_force_from__lte=on)


def version_in_force(slug: str, *, on: date) -> ItemVersion:
    """Raises: ItemNotFound."""
    version = _not_ended(on).filter(slug=slug).order_by("-version").first()
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
    return [verify for row in _asking(on or timezone.localdate()) for _paper, verify in row.definition.questions]


def proven_papers(*, on: date) -> dict[str, tuple[Paper, Verify]]:
    """Return by slug every paper that an item in force has data prove, with the question of the first such item."""
    found: dict[str, tuple[Paper, Verify]] = {}
    for row in _asking(on):
        for paper, verify in row.definition.questions:
            found.setdefault(paper.slug, (paper, verify))
    return found


def _asking(on: date) -> QuerySet[ItemVersion]:
    # Of the versions in force, not of those that ever asked: a newer one may ask no more.
    in_force = versions_in_force(on=on).values("pk")
    asking = ItemVersion.objects.filter(pk__in=in_force, content__papers__contains=[{"proof": Proof.VERIFY}])
    return asking.order_by("slug")


def definitions_in_force(slugs: Iterable[str], *, on: date) -> dict[str, ItemDefinition]:
    """Return these items by slug, those that are in force on that day."""
    rows = versions_in_force(on=on).filter(slug__in=tuple(slugs))
    return {row.slug: row.definition for row in rows}


def names_in_force(slugs: Iterable[str], *, on: date) -> dict[str, Text]:
    """Return what these items are called, by slug, without reading the rest of them."""
    entries = ItemEntry.objects.filter(version__slug__in=tuple(slugs), version__in_force_from__lte=on)
    newest = entries.order_by("version__slug", "-version__version").distinct("version__slug")
    return {slug: Text(zh=zh, en=en) for slug, zh, en in newest.values_list("version__slug", "title", "title_en")}


def versions_of(slug: str) -> list[ItemVersion]:
    """Return all versions of an item, the newest first; none where there is no such item."""
    return list(ItemVersion.objects.filter(slug=slug).order_by("-version"))


def newest_version(slug: str) -> ItemVersion | None:
    """Return the version with the highest number, in force already or not yet."""
    return ItemVersion.objects.filter(slug=slug).order_by("-version").first()


def retirement_of(slug: str, *, version: int) -> ItemRetirement | None:
    """Return the end of the item that stands, where its newest version is this one."""
    return ItemRetirement.objects.filter(slug=slug, version__gte=version).first()


def parts_on(actor: Actor, authority: str) -> frozenset[Part]:
    """Return in which parts the actor may act on the items of an authority."""
    roles = {Role.STEWARD: Part.STEWARD, Role.APPROVER: Part.APPROVER}
    return frozenset(part for role, part in roles.items() if actor.has(role, authority))


def may_write(actor: Actor, authority: str) -> bool:
    return Part.STEWARD in parts_on(actor, authority)


def kept_by(actor: Actor) -> frozenset[str] | None:
    """Return the authorities whose items the actor keeps; None for the data centre, which sees all."""
    if actor.has(Role.OPERATOR):
        return None
    return actor.organisations(Role.STEWARD) | actor.organisations(Role.APPROVER)


def may_see(actor: Actor, authority: str) -> bool:
    """Whether the actor may know of the drafts of an authority."""
    kept = kept_by(actor)
    return kept is None or authority in kept


def open_draft(slug: str) -> ItemDraft | None:
    return ItemDraft.objects.filter(slug=slug, state__in=OPEN).first()


def open_drafts(actor: Actor) -> list[ItemDraft]:
    """Return the drafts that aren't done, of the authorities whose items the actor keeps."""
    kept = kept_by(actor)
    rows = ItemDraft.objects.filter(state__in=OPEN).defer("rows")
    return list(rows if kept is None else rows.filter(authority__in=kept))


def draft_for(actor: Actor, pk: UUID) -> ItemDraft:
    """Raises: ItemNotFound, also for whoever may not know of it."""
    row = ItemDraft.objects.filter(pk=pk).select_related("version").first()
    if row is None or not may_see(actor, row.authority):
        raise ItemNotFound
    return row


def history_of(slug: str, *, most: int = 60) -> list[ItemEvent]:
    """Return what happened to an item and its drafts, the newest first."""
    return list(ItemEvent.objects.filter(slug=slug).order_by("-at", "-pk")[:most])


def is_code_of_another(code: str, *, slug: str) -> bool:
    """Whether another item bears this code."""
    return ItemVersion.objects.filter(entry__code=code).exclude(slug=slug).exists()


def held_back(slugs: Iterable[str]) -> dict[str, ItemDefinition]:
    """Return what this release says anew of items that were changed here: it waits until a steward takes it up."""
    wanted = set(slugs)
    rows = list(ItemVersion.objects.filter(slug__in=wanted).values_list("slug", "version", "is_local", "shipped"))
    local = {slug for slug, _version, is_local, _file in rows if is_local}
    seen = {(slug, file if is_local else version) for slug, version, is_local, file in rows}
    return {item.slug: item for item in shipped() if item.slug in local and (item.slug, item.version) not in seen}
