"""To whom an open step can be given: the colleagues who may take it, with what they have in hand and who is away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from haihe.base.accounts.api import Actor, Role, colleagues
from haihe.base.processes import api as processes
from haihe.platforms.services import operations, parties
from haihe.platforms.services.models import Case
from haihe.platforms.services.work import StepRow, step_row


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who may take the step. `deputy` stands in for them now, "" where they are there."""

    officer: Actor
    in_hand: int
    deputy: str
    has_it: bool


@dataclass(frozen=True, slots=True)
class ReassignPage:
    """An open step, and to whom it can be given."""

    case: Case
    step: StepRow
    colleagues: tuple[Colleague, ...]


def reassign_page(case: Case, number: int, actor: Actor, *, now: datetime) -> ReassignPage | None:
    """Return the page of one open step; None where it isn't open, or isn't the actor's to give."""
    tasks = processes.open_tasks(case=case.process_case_id) if case.process_case_id else []
    task = next((task for task in tasks if task.number == number), None)
    if task is None or not parties.may_give(actor, case, task.by):
        return None
    body = parties.body_of(task.by, case)
    staff = colleagues(body, parties.role_of(task.by), now=now)
    today = timezone.localdate(now)
    away = {
        row.person: row.deputy_name
        for row in operations.absences_of(_of_body(body), on=today)
        if row.from_day <= today and row.organisation == body
    }
    fit = [one for one in staff if one.user_id and parties.may_take(one, case, task.by)]
    in_hand = processes.in_hand([one.user_id for one in fit if one.user_id])
    return ReassignPage(
        case,
        step_row(task, case, actor, now=now),
        tuple(
            Colleague(one, in_hand.get(_id(one), 0), away.get(_id(one), ""), has_it=task.assignee == one.user_id)
            for one in fit
        ),
    )


def _id(officer: Actor) -> UUID:
    if officer.user_id is None:
        raise ValueError("an officer has an account")
    return officer.user_id


def _of_body(body: str) -> Actor:
    return Actor(None, "", frozenset({(str(Role.CLERK), body)}))
