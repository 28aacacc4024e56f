"""Reads of the catalogue; which entries somebody may know of is decided here and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from haihe.base.accounts.api import SIGNED_OUT, SYSTEM, Actor, Role
from haihe.data.catalogue.errors import ResourceNotFound
from haihe.data.catalogue.models import CodeListVersion, Resource, Revision
from haihe.data.catalogue.records import ResourceEntry, resource_entry
from haihe.data.catalogue.search.finding import Found, find, matching
from haihe.data.catalogue.workflow import OPEN_REVISIONS, Part, ResourceState

__all__ = [
    "FILTERS",
    "Filters",
    "Found",
    "codes_of",
    "find_resources",
    "is_official",
    "knows_inside",
    "offered_by",
    "open_revision_of",
    "parts_on",
    "published_count",
    "published_resources",
    "related_titles",
    "resource",
    "resource_for",
    "resource_titles",
    "retired_among",
    "revision_for",
    "visible_resources",
]
OFFICIALS = (Role.CLERK, Role.STEWARD, Role.APPROVER, Role.OPERATOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty narrows nothing. `place` is a code of the classification, or its beginning."""

    search: str = ""
    owner: str = ""
    sharing_type: str = ""
    update_cycle: str = ""
    category: str = ""
    state: str = ""
    place: str = ""
    opening_type: str = ""


FILTERS = tuple(Filters.__dataclass_fields__)


def visible_resources(actor: Actor) -> QuerySet[Resource]:
    """Return the entries this actor may know of: what is published, and in any state what is their department's."""
    if actor is SYSTEM or actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR):
        return Resource.objects.all()
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    return Resource.objects.filter(Q(state=ResourceState.PUBLISHED) | Q(owner__in=mine))


def resource_for(actor: Actor, code: str) -> Resource:
    """Raises: ResourceNotFound, for a code that doesn't exist and for another's draft alike."""
    row = visible_resources(actor).filter(code=code).first()
    if row is None:
        raise ResourceNotFound
    return row


def revision_for(actor: Actor, revision_id: UUID) -> Revision:
    """Return an update of an entry that the actor knows from inside. Raises: ResourceNotFound."""
    row = Revision.objects.select_related("resource").filter(pk=revision_id).first()
    if row is None or not knows_inside(actor, row.resource):
        raise ResourceNotFound
    return row


def open_revision_of(row: Resource) -> Revision | None:
    """Return the update that is under way, if there is one."""
    return row.revisions.filter(state__in=OPEN_REVISIONS).first()


def find_resources(actor: Actor, filters: Filters) -> Found:
    """Return the visible entries that pass the filters and match what was typed."""
    plain = ("owner", "sharing_type", "update_cycle", "category", "state", "opening_type")
    named = {name: getattr(filters, name) for name in plain} | {"classification__startswith": filters.place}
    return find(visible_resources(actor), filters.search, {name: value for name, value in named.items() if value})


def resource(code: str, *, actor: Actor = SIGNED_OUT) -> ResourceEntry | None:
    """Return the entry if the actor may know of it, else None. Without an actor: what is published."""
    row = visible_resources(actor).filter(code=code).first()
    return resource_entry(row) if row else None


def published_resources(*, owner: str = "", form: str = "") -> list[ResourceEntry]:
    """Return what is published, of one owner or shared in one form where asked for."""
    # The search's vectors are larger than all the rest of an entry.
    rows = Resource.objects.filter(state=ResourceState.PUBLISHED).defer("found", "ranked").prefetch_related("items")
    if owner:
        rows = rows.filter(owner=owner)
    if form:
        rows = rows.filter(sharing_forms__contains=[form])
    return [resource_entry(row) for row in rows]


def codes_of(code_list: str) -> tuple[str, ...]:
    """Return the codes of a list as they are now, in order; nothing for an unknown one."""
    version = CodeListVersion.objects.filter(code_list__slug=code_list).order_by("-number").first()
    return tuple(str(code) for code, _meaning in version.codes) if version else ()


def offered_by(owners: Iterable[str], *, form: str, search: str = "") -> QuerySet[Resource]:
    """Return what these departments publish and share in a form, matching what was typed, the best first."""
    rows = Resource.objects.filter(state=ResourceState.PUBLISHED, owner__in=owners, sharing_forms__contains=[form])
    return matching(rows, search).defer("found", "ranked")


def published_count() -> int:
    """Return how many resources stand in the public catalogue."""
    return Resource.objects.filter(state=ResourceState.PUBLISHED).count()


def resource_titles(codes: set[str]) -> dict[str, str]:
    """Return the title of each code in one query; an unknown code stands for itself."""
    known = dict(Resource.objects.filter(code__in=codes).values_list("code", "title"))
    return {code: known.get(code, code) for code in codes}


def retired_among(codes: set[str]) -> dict[str, str]:
    """Return of these entries those that are retired, each with the reason that was given."""
    rows = Resource.objects.filter(code__in=codes, state=ResourceState.RETIRED).prefetch_related("events")
    return {row.code: _reason_of_retirement(row) for row in rows}


def _reason_of_retirement(row: Resource) -> str:
    told = sorted((event for event in row.events.all() if event.name == "retire"), key=lambda event: event.pk)
    return told[-1].words if told else ""


def related_titles(actor: Actor, row: Resource) -> dict[str, str]:
    """Return title by code of the related entries that the actor may know of."""
    if not row.related:
        return {}
    return dict(visible_resources(actor).filter(code__in=row.related).values_list("code", "title"))


def parts_on(actor: Actor, row: Resource) -> frozenset[Part]:
    """Return the parts in which the actor may move this entry."""
    if actor is SYSTEM:
        return frozenset(Part)
    held = {
        Part.OWNER_STEWARD: actor.has(Role.STEWARD, row.owner),
        Part.OWNER_APPROVER: actor.has(Role.APPROVER, row.owner),
        Part.AUTHORITY: actor.has(Role.OPERATOR),
    }
    return frozenset(part for part, is_held in held.items() if is_held)


def knows_inside(actor: Actor, row: Resource) -> bool:
    """True for the owner's people, the authority and the auditor: they see drafts, history and updates."""
    return bool(parts_on(actor, row)) or actor.has(Role.AUDITOR)


def is_official(actor: Actor) -> bool:
    """True for those who work in a public body; they see more of an entry than the public."""
    return any(actor.has(role) for role in OFFICIALS)
