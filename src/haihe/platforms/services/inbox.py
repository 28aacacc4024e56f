"""The open steps that an actor may take, over all cases, with their lamps."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.base.processes import api as processes
from haihe.base.processes.api import OpenTask
from haihe.platforms.services import parties
from haihe.platforms.services.models import Case
from haihe.platforms.services.operations import covered_by
from haihe.platforms.services.work import StepRow, step_row
from haihe.platforms.services.workflow import UNDECIDED

MOST: Final = 100
"""More open steps than anybody takes in a day aren't listed; those due first are."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One open step of one case. `covers` is the colleague that this person stands in for; `is_escalated`: late for a
    day, and before the approvers.
    """

    case: Case
    item: str
    step: StepRow
    covers: str = ""
    is_escalated: bool = False

    @property
    def is_by_me(self) -> bool:
        """Whether this person has taken it, or stands in for whoever has."""
        return self.step.is_taken_by_me or bool(self.covers)


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of rows, and how many there are."""

    name: str
    label: str
    count: int


_SHOWN: Final[dict[str, Callable[[InboxRow], bool]]] = {
    "all": lambda row: True,
    "mine": lambda row: row.is_by_me,
    "late": lambda row: row.step.light == "danger",
    "soon": lambda row: row.step.light == "warning",
    "calm": lambda row: row.step.light == "success",
    "escalated": lambda row: row.is_escalated,
}


def inbox(actor: Actor, *, now: datetime) -> list[InboxRow]:
    """Return the open steps of this actor's bodies, those due first before others; the applicants' own not.

    Approvers also see the steps of whoever handles a case that was brought before them, other bodies' among them.
    """
    tasks = _tasks(actor)
    cases = {case.process_case_id: case for case in _cases({task.case for task in tasks})}
    covered = covered_by(actor, on=timezone.localdate(now))
    rows = [_row(task, cases.get(task.case), actor, covered, now) for task in tasks]
    return [row for row in rows if row is not None and (row.step.is_mine or row.is_escalated)]


def narrowed(rows: list[InboxRow], only: str) -> list[InboxRow]:
    """Return the rows of one tab; all where no tab bears that name."""
    shows = _SHOWN.get(only, _SHOWN["all"])
    return [row for row in rows if shows(row)]


def tabs(rows: list[InboxRow]) -> list[Tab]:
    """Return the tabs over these rows."""
    labels = {
        "all": _("全部"),
        "mine": _("由我办理"),
        "late": _("红灯：已超期"),
        "soon": _("黄灯：即将到期"),
        "calm": _("绿灯：期限内"),
        "escalated": _("督办"),
    }
    counted = [Tab(name, label, len(narrowed(rows, name))) for name, label in labels.items()]
    return [tab for tab in counted if tab.count or tab.name != "escalated"]


def _tasks(actor: Actor) -> list[OpenTask]:
    desks, heads = actor.organisations(Role.CLERK), actor.organisations(Role.APPROVER)
    found: list[OpenTask] = []
    if desks:
        found += processes.open_tasks(by=[parties.CLERK], among=_of(desks), most=MOST)
        found += processes.open_tasks(by=parties.words_of(actor), most=MOST)
    if heads:
        found += processes.open_tasks(by=[parties.APPROVER], among=_of(heads), most=MOST)
        before_them = Case.objects.filter(organisation__in=heads, escalated_at__isnull=False, state__in=UNDECIDED)
        late = processes.open_tasks(among=before_them.values("process_case"), most=MOST)
        found += [task for task in late if task.by != parties.CITIZEN]
    return sorted({(task.case, task.number): task for task in found}.values(), key=_due)[:MOST]


def _of(organisations: Collection[str]) -> QuerySet[Case, Any]:
    """Select the processes of the cases that these bodies handle."""
    return Case.objects.filter(organisation__in=organisations, process_case__ended_at=None).values("process_case")


def _due(task: OpenTask) -> tuple[bool, datetime]:
    return task.due_at is None, task.due_at or task.since


def _cases(ids: set[UUID]) -> list[Case]:
    return list(Case.objects.filter(process_case__in=ids).prefetch_related("item"))


def _row(
    task: OpenTask, case: Case | None, actor: Actor, covered: Mapping[UUID, str], now: datetime
) -> InboxRow | None:
    if case is None:
        return None
    step = step_row(task, case, actor, now=now)
    covers = covered.get(task.assignee, "") if task.assignee else ""
    heads = case.escalated_at is not None and actor.has(Role.APPROVER, case.organisation)
    return InboxRow(case, str(case.item.definition.name), step, covers, is_escalated=heads)
