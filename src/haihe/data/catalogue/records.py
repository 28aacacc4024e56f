"""What neighbours receive: plain facts, no tables behind them."""

from dataclasses import dataclass
from datetime import date, datetime

from haihe.data.catalogue.models import Resource


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """One data item. `data_type` is a letter of the guide (C, N, D …)."""

    name: str
    title: str
    data_type: str
    length: int | None
    sensitivity: str
    is_identifying: bool


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A data item to register."""

    name: str
    title: str
    data_type: str
    length: int | None = None
    sensitivity: str = "INTERNAL"
    is_identifying: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResource:
    """An entry to register. Which of scope, purpose, reason and basis are wanted follows from `sharing_type`."""

    title: str
    abstract: str
    owner: str
    category: str
    subject_area: str
    format: str
    update_cycle: str
    sharing_type: str
    items: tuple[NewItem, ...]
    sharing_forms: tuple[str, ...] = ()
    sharing_scope: str = ""
    sharing_purpose: str = ""
    refusal_reason: str = ""
    refusal_basis: str = ""
    grade: str = "GENERAL"
    provider_code: str = ""


def resource_entry(row: Resource) -> ResourceEntry:
    items = tuple(
        ItemEntry(i.name, i.title, i.data_type, i.length, i.sensitivity, i.is_identifying) for i in row.items.all()
    )
    return ResourceEntry(
        code=row.code,
        title=row.title,
        owner=row.owner,
        abstract=row.abstract,
        items=items,
        sharing_type=row.sharing_type,
        sharing_forms=tuple(row.sharing_forms),
        sharing_scope=row.sharing_scope,
        sharing_purpose=row.sharing_purpose,
        update_cycle=row.update_cycle,
        state=row.state,
        published_at=row.published_at,
        due_on=row.due_on,
    )
