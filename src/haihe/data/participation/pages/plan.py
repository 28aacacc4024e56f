"""What the pages of the opening plan show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.paginator import Page
from django.utils import timezone
from django.utils.functional import Promise

from haihe.base.accounts.api import Actor, Role
from haihe.data.open import api as open_data
from haihe.data.participation import queries
from haihe.data.participation.models import DataRequest, PlanEntry
from haihe.data.participation.pages.moving import Button, Line, buttons, history
from haihe.data.participation.persons import departments
from haihe.data.participation.queries import PlanFigures, PlanFilters
from haihe.data.participation.workflow import OPEN_PLAN, REQUESTS_FOR_ALL, PlanState, RefusalGround

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the plan's list."""

    row: PlanEntry
    owner: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class DepartmentProgress:
    """How one department's plan goes."""

    code: str
    name: str
    figures: PlanFigures


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The plan of a year with its progress by department."""

    rows: Page[PlanEntry]
    listed: tuple[Listed, ...]
    filters: PlanFilters
    years: tuple[int, ...]
    states: tuple[tuple[str, Text], ...]
    figures: PlanFigures
    progress: tuple[DepartmentProgress, ...]
    may_add: bool
    at: datetime


def plan_page(actor: Actor, rows: Page[PlanEntry], filters: PlanFilters, *, now: datetime) -> PlanPage:
    today, names = timezone.localdate(now), departments()
    found = queries.plan_figures(filters.year, today)
    progress = [DepartmentProgress(code, names.get(code, code), one) for code, one in found.items() if code]
    return PlanPage(
        rows=rows,
        listed=tuple(Listed(row, names.get(row.owner, row.owner), row.is_late(today)) for row in rows),
        filters=filters,
        years=tuple(sorted({*queries.plan_years(), today.year}, reverse=True)),
        states=tuple((value, label) for value, label in PlanState.choices),
        figures=found[""],
        progress=tuple(progress),
        may_add=bool(actor.organisations(Role.STEWARD, Role.APPROVER)),
        at=now,
    )


@dataclass(frozen=True, slots=True)
class NewEntryPage:
    """The form that puts something into the plan."""

    owners: tuple[tuple[str, str], ...]
    told: Mapping[str, str]
    today: date
    complaint: str = ""


def new_entry_page(actor: Actor, told: Mapping[str, str], *, now: datetime, complaint: str = "") -> NewEntryPage:
    names = departments()
    mine = sorted(actor.organisations(Role.STEWARD, Role.APPROVER))
    owners = tuple((code, names.get(code, code)) for code in mine)
    return NewEntryPage(owners, told, timezone.localdate(now), complaint)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry of the plan."""

    row: PlanEntry
    owner: str
    is_late: bool
    is_on_time: bool
    dataset: open_data.DatasetInfo | None
    requests: tuple[DataRequest, ...]
    buttons: tuple[Button, ...]
    history: tuple[Line, ...]
    may_link: bool
    datasets: tuple[open_data.DatasetInfo, ...]
    grounds: tuple[tuple[str, Text], ...]
    told: Mapping[str, str] = field(default_factory=dict)
    complaint: str = ""


def entry_page(
    actor: Actor, row: PlanEntry, *, now: datetime, told: Mapping[str, str] | None = None, complaint: str = ""
) -> EntryPage:
    made = buttons(actor, row)
    needs_datasets = any("dataset" in button.fields for button in made)
    return EntryPage(
        row=row,
        owner=departments().get(row.owner, row.owner),
        is_late=row.is_late(timezone.localdate(now)),
        is_on_time=row.published_on is not None and row.published_on <= row.promised_on,
        dataset=open_data.datasets_named([row.dataset]).get(row.dataset) if row.dataset else None,
        requests=tuple(row.requests.filter(state__in=REQUESTS_FOR_ALL)),
        buttons=made,
        history=history(row),
        may_link=row.state in OPEN_PLAN and actor.has(Role.STEWARD, row.owner),
        datasets=tuple(open_data.datasets_of(row.owner)) if needs_datasets else (),
        grounds=tuple((value, label) for value, label in RefusalGround.choices),
        told=told or {},
        complaint=complaint,
    )
