"""Where cases stand, as values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from haihe.base.processes.models import OpenStep, ProcessCase, ProcessEvent, ProcessVersion, StepKind
from haihe.kernel.process.definition import Process, Task, Words
from haihe.kernel.process.state import State


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that somebody has to do. `choices` are the names of the ways it may lead on by, if it has any."""

    case: UUID
    number: int
    process: str
    step: str
    title: Words
    choices: tuple[str, ...]
    by: str
    assignee: UUID | None
    since: datetime
    due_at: datetime | None


def process_of(case: UUID) -> Process | None:
    """Return the version that the case is pinned to."""
    row = ProcessCase.objects.select_related("version").filter(pk=case).first()
    return row.version.process if row else None


def newest(name: str) -> Process | None:
    row = ProcessVersion.objects.filter(name=name).order_by("-version").first()
    return row.process if row else None


def state_of(case: UUID) -> State | None:
    row = ProcessCase.objects.filter(pk=case).first()
    return row.stands if row else None


def history_of(case: UUID) -> list[ProcessEvent]:
    """Return all that happened to a case, in order."""
    return list(ProcessEvent.objects.filter(case=case).order_by("number"))


def open_tasks(
    *,
    by: Collection[str] = (),
    assignee: UUID | None = None,
    case: UUID | None = None,
    among: QuerySet[Any, Any] | None = None,
    most: int = 200,
) -> list[OpenTask]:
    """Return open tasks, those due first before others: of whoever may do them, of a person, of a case, or of all the
    cases whose ids `among` selects.
    """
    found = OpenStep.objects.filter(kind=StepKind.TASK).select_related("case__version")
    if by:
        found = found.filter(by__in=by)
    if assignee is not None:
        found = found.filter(assignee=assignee)
    if case is not None:
        found = found.filter(case=case)
    if among is not None:
        found = found.filter(case__in=among)
    versions: dict[int, Process] = {}
    return [_task(row, versions) for row in found.order_by("due_at", "since", "pk")[:most]]


def in_hand(people: Collection[UUID]) -> dict[UUID, int]:
    """Return how many open tasks each of these persons has taken or was given."""
    rows = OpenStep.objects.filter(kind=StepKind.TASK, assignee__in=people).values_list("assignee")
    return {person: count for person, count in rows.annotate(count=Count("pk")) if person}


def _task(row: OpenStep, versions: dict[int, Process]) -> OpenTask:
    version = row.case.version
    if version.pk not in versions:
        versions[version.pk] = version.process
    process = versions[version.pk]
    step = process.step(row.step)
    choices = tuple(step.choices) if isinstance(step, Task) else ()
    return OpenTask(
        case=row.case_id,
        number=row.number,
        process=version.name,
        step=row.step,
        title=step.title,
        choices=choices,
        by=row.by,
        assignee=row.assignee,
        since=row.since,
        due_at=row.due_at,
    )
