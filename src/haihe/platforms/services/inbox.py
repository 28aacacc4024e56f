"""The open steps that an actor may take, over all cases, with their lamps."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.base.processes import api as processes
from haihe.base.processes.api import OpenTask
from haihe.platforms.services import parties
from haihe.platforms.services.models import Case
from haihe.platforms.services.work import StepRow, step_row

MOST: Final = 100
"""More open steps than anybody takes in a day aren't listed; those due first are."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One open step of one case."""

    case: Case
    item: str
    step: StepRow


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of rows, and how many there are."""

    name: str
    label: str
    count: int


_SHOWN: Final[dict[str, Callable[[StepRow], bool]]] = {
    "all": lambda step: True,
    "mine": lambda step: step.is_taken_by_me,
    "soon": lambda step: step.light in ("warning", "danger"),
    "late": lambda step: step.light == "danger",
}


def inbox(actor: Actor, *, now: datetime) -> list[InboxRow]:
    """Return the open steps of this actor's bodies, those due first before others; the applicants' own not."""
    tasks = _tasks(actor)
    cases = {case.process_case_id: case for case in _cases({task.case for task in tasks})}
    rows = [_row(task, cases.get(task.case), actor, now) for task in tasks]
    return [row for row in rows if row is not None and row.step.is_mine]


def narrowed(rows: list[InboxRow], only: str) -> list[InboxRow]:
    """Return the rows of one tab; all where no tab bears that name."""
    shows = _SHOWN.get(only, _SHOWN["all"])
    return [row for row in rows if shows(row.step)]


def tabs(rows: list[InboxRow]) -> list[Tab]:
    """Return the tabs over these rows."""
    labels = {"all": _("全部"), "mine": _("由我办理"), "soon": _("快到期和已超期"), "late": _("已超期")}
    return [Tab(name, label, len(narrowed(rows, name))) for name, label in labels.items()]


def _tasks(actor: Actor) -> list[OpenTask]:
    desks, heads = actor.organisations(Role.CLERK), actor.organisations(Role.APPROVER)
    found: list[OpenTask] = []
    if desks:
        found += processes.open_tasks(by=[parties.CLERK], among=_of(desks), most=MOST)
        found += processes.open_tasks(by=parties.words_of(actor), most=MOST)
    if heads:
        found += processes.open_tasks(by=[parties.APPROVER], among=_of(heads), most=MOST)
    return sorted(found, key=_due)[:MOST]


def _of(organisations: Collection[str]) -> QuerySet[Case, Any]:
    """Select the processes of the cases that these bodies handle."""
    return Case.objects.filter(organisation__in=organisations, process_case__ended_at=None).values("process_case")


def _due(task: OpenTask) -> tuple[bool, datetime]:
    return task.due_at is None, task.due_at or task.since


def _cases(ids: set[UUID]) -> list[Case]:
    return list(Case.objects.filter(process_case__in=ids).select_related("item"))


def _row(task: OpenTask, case: Case | None, actor: Actor, now: datetime) -> InboxRow | None:
    if case is None:
        return None
    return InboxRow(case, str(case.item.definition.name), step_row(task, case, actor, now=now))
