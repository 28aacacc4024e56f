"""What goes in and comes out: entries as plain facts, no tables behind them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from haihe.data.catalogue.models import Resource


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """One data item. `data_type` is a letter of the guide (C, N, D …), `code_list` a slug."""

    name: str
    title: str
    data_type: str
    length: int | None
    sensitivity: str
    is_identifying: bool
    unit: str = ""
    code_list: str = ""
    is_required: bool = False
    description: str = ""
    sharing_type: str = ""


@dataclass(frozen=True, slots=True)
class ResourceEntry:
    """One entry of the catalogue, as sharing and exchange need it."""

    code: str
    title: str
    owner: str
    abstract: str
    items: tuple[ItemEntry, ...]
    sharing_type: str
    sharing_forms: tuple[str, ...]
    sharing_scope: str
    sharing_purpose: str
    update_cycle: str
    state: str
    published_at: datetime | None
    due_on: date | None
    guide_code: str = ""
    category: str = ""
    subject_area: str = ""
    classification: str = ""
    keywords: tuple[str, ...] = ()
    opening_type: str = "CLOSED"
    opening_condition: str = ""
    source_department: str = ""
    related: tuple[str, ...] = ()
    updated_at: datetime | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A data item to register. `sharing_type` only where it differs from the resource's; `code_list` is a slug."""

    name: str
    title: str
    data_type: str
    length: int | None = None
    sensitivity: str = "INTERNAL"
    is_identifying: bool = False
    unit: str = ""
    code_list: str = ""
    is_required: bool = False
    description: str = ""
    sharing_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssessment:
    """An assessment of art. 13: its kind, who made it, on which day, and how it ended."""

    kind: str
    assessor: str
    assessed_on: date
    conclusion: str = "PASSED"
    measures: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResource:
    """An entry to register. Which of scope, purpose, reason and basis are wanted follows from `sharing_type`.

    `classification` is a full code of the tree; without one it is found from `category` and `subject_area`, with one it
    decides both. `samples` are made-up rows: text by item name.
    """

    title: str
    abstract: str
    owner: str
    format: str
    update_cycle: str
    sharing_type: str
    items: tuple[NewItem, ...]
    category: str = ""
    subject_area: str = ""
    sharing_forms: tuple[str, ...] = ()
    sharing_scope: str = ""
    sharing_purpose: str = ""
    refusal_reason: str = ""
    refusal_basis: str = ""
    grade: str = "GENERAL"
    provider_code: str = ""
    classification: str = ""
    keywords: tuple[str, ...] = ()
    source_department: str = ""
    related: tuple[str, ...] = ()
    opening_type: str = "CLOSED"
    opening_condition: str = ""
    assessments: tuple[NewAssessment, ...] = ()
    samples: tuple[dict[str, str], ...] = field(default=())


LISTS = ("sharing_forms", "keywords", "related")
"""Fields that are tuples of texts, and arrays in the database."""
CHILDREN = ("items", "assessments", "samples")
"""Fields that have tables of their own."""


def resource_entry(row: Resource) -> ResourceEntry:
    return ResourceEntry(
        code=row.code,
        title=row.title,
        owner=row.owner,
        abstract=row.abstract,
        items=tuple(_item_entry(item) for item in new_items(row)),
        sharing_type=row.sharing_type,
        sharing_forms=tuple(row.sharing_forms),
        sharing_scope=row.sharing_scope,
        sharing_purpose=row.sharing_purpose,
        update_cycle=row.update_cycle,
        state=row.state,
        published_at=row.published_at,
        due_on=row.due_on,
        guide_code=row.guide_code,
        category=row.category,
        subject_area=row.subject_area,
        classification=row.classification,
        keywords=tuple(row.keywords),
        opening_type=row.opening_type,
        opening_condition=row.opening_condition,
        source_department=row.source_department or row.owner,
        related=tuple(row.related),
        updated_at=row.updated_at,
        grade=row.grade,
    )


def _item_entry(item: NewItem) -> ItemEntry:
    return ItemEntry(**{name: getattr(item, name) for name in ItemEntry.__dataclass_fields__})


def new_items(row: Resource) -> tuple[NewItem, ...]:
    """Return the row's items as they would be registered."""
    return tuple(
        NewItem(
            name=item.name,
            title=item.title,
            data_type=item.data_type,
            length=item.length,
            sensitivity=item.sensitivity,
            is_identifying=item.is_identifying,
            unit=item.unit,
            code_list=item.code_list_id or "",
            is_required=item.is_required,
            description=item.description,
            sharing_type=item.sharing_type,
        )
        for item in row.items.all()
    )


def new_resource(row: Resource) -> NewResource:
    """Return the row as it would be registered: what it says, whole."""
    told: dict[str, Any] = {name: getattr(row, name) for name in NewResource.__dataclass_fields__}
    told |= {name: tuple(told[name]) for name in LISTS}
    for name in CHILDREN:
        del told[name]
    return NewResource(
        **told,
        items=new_items(row),
        assessments=tuple(
            NewAssessment(
                kind=each.kind,
                assessor=each.assessor,
                assessed_on=each.assessed_on,
                conclusion=each.conclusion,
                measures=each.measures,
            )
            for each in row.assessments.all()
        ),
        samples=tuple(sample.values for sample in row.samples.all()),
    )
