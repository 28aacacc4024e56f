"""What each page of the catalogue shows."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.functional import Promise

from haihe.base.accounts.api import Actor, Role
from haihe.base.history.api import clause_told
from haihe.data.catalogue import queries, wording
from haihe.data.catalogue.cascade.queries import found_below
from haihe.data.catalogue.classification.tree import Node, path_of
from haihe.data.catalogue.deadlines import Deadline, deadline
from haihe.data.catalogue.models import (
    Assessment,
    Category,
    DataItem,
    OpeningType,
    Resource,
    ResourceEvent,
    Revision,
    SharingForm,
    SharingType,
    UpdateCycle,
)
from haihe.data.catalogue.samples import Sample, sample_of
from haihe.data.catalogue.workflow import NEEDS_WORDS, RESOURCE, Part, ResourceState

type Text = str | Promise
type Choices = list[tuple[str, Text, int]]
"""Value, label, and how many entries have it."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list with its filters. `owners` are codes of those who have entries; states are for officials only."""

    rows: "Page[Resource]"
    filters: queries.Filters
    owners: dict[str, int]
    sharing_types: Choices
    update_cycles: Choices
    categories: Choices
    opening_types: Choices
    states: list[tuple[str, Text]]
    is_official: bool
    is_steward: bool
    place: list[Node]
    loosely: bool
    below: int
    """How many entries of nodes below match what was typed."""

    @property
    def is_filtered(self) -> bool:
        return self.filters != queries.Filters()


@dataclass(frozen=True, slots=True)
class Action:
    """A move this person may make now."""

    name: str
    label: Text
    needs_words: bool
    hint: Text = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history, as the time line tag wants it."""

    title: Text
    at: datetime
    who: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """One entry. History, assessments and actions are for the owner's people and the authority.

    `complaint` tells of a refused move.
    """

    row: Resource
    items: list[DataItem]
    forms: list[Text]
    actions: list[Action]
    history: list[Happened]
    may_ask: bool
    path: list[Node]
    related: dict[str, str]
    sample: Sample
    is_inside: bool
    assessments: list[Assessment]
    deadline: Deadline | None
    versions: int
    revision: Revision | None
    may_edit: bool
    may_update: bool
    complaint: str = ""

    @property
    def is_published(self) -> bool:
        return self.row.state == ResourceState.PUBLISHED


def list_page(actor: Actor, rows: "Page[Resource]", filters: queries.Filters, found: queries.Found) -> ListPage:
    official = queries.is_official(actor)
    return ListPage(
        rows=rows,
        filters=filters,
        owners=found.facets["owner"],
        sharing_types=_choices(SharingType, found.facets["sharing_type"]),
        update_cycles=_choices(UpdateCycle, found.facets["update_cycle"]),
        categories=_choices(Category, found.facets["category"]),
        opening_types=_choices(OpeningType, found.facets["opening_type"]),
        states=list(ResourceState.choices) if official else [],
        is_official=official,
        is_steward=actor.has(Role.STEWARD),
        place=path_of(filters.place) if filters.place.isdigit() else [],
        loosely=found.loosely,
        below=found_below(filters.search).total,
    )


def _choices(values: type[TextChoices], counts: dict[str, int]) -> Choices:
    return [(value, label, counts[value]) for value, label in values.choices if value in counts]


def resource_page(actor: Actor, row: Resource, *, complaint: str = "") -> ResourcePage:
    parts = queries.parts_on(actor, row)
    inside = queries.knows_inside(actor, row)
    items = list(row.items.select_related("code_list"))
    return ResourcePage(
        row=row,
        items=items,
        forms=[SharingForm(form).label for form in row.sharing_forms],
        actions=[
            Action(move.name, wording.BUTTONS[move.name], move.name in NEEDS_WORDS, wording.HINTS.get(move.name, ""))
            for move in RESOURCE.allowed(row.state, parts)
        ],
        history=[happened(event) for event in row.events.order_by("-id")] if inside else [],
        may_ask=_may_ask(actor, row),
        path=path_of(row.classification),
        related=queries.related_titles(actor, row),
        sample=sample_of(row, items, is_official=queries.is_official(actor)),
        is_inside=inside,
        assessments=list(row.assessments.all()) if inside else [],
        deadline=deadline(row.due_on, timezone.localdate()) if row.due_on and parts else None,
        versions=row.versions.count(),
        revision=queries.open_revision_of(row) if inside else None,
        may_edit=row.state == ResourceState.DRAFT and Part.OWNER_STEWARD in parts,
        may_update=may_update(actor, row),
        complaint=complaint,
    )


def may_update(actor: Actor, row: Resource) -> bool:
    """True for who may begin an update: the owner's steward, or the authority that calls for one."""
    parts = queries.parts_on(actor, row)
    return row.state == ResourceState.PUBLISHED and not parts.isdisjoint({Part.OWNER_STEWARD, Part.AUTHORITY})


def _may_ask(actor: Actor, row: Resource) -> bool:
    """True for the stewards of other departments, as long as the law lets it be shared at all."""
    return (
        row.state == ResourceState.PUBLISHED
        and row.sharing_type != SharingType.REFUSED
        and bool(actor.organisations(Role.STEWARD) - {row.owner})
    )


def happened(event: ResourceEvent) -> Happened:
    return Happened(
        title=wording.HAPPENED[event.name],
        at=event.at,
        who=event.actor_name,
        detail=" · ".join(part for part in (event.words, clause_told(event.clause)) if part),
        tone=wording.TONES.get(event.name, "info"),
    )
