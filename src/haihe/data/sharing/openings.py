"""Society's applications for open data as the room above shows them: facts, where they stand, what one may do now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise

from haihe.base.accounts.api import Actor
from haihe.data.sharing import history
from haihe.data.sharing.models import OpeningApplication
from haihe.data.sharing.queries.opening import application_for, parts_on_application, visible_applications
from haihe.data.sharing.workflow import Part
from haihe.data.sharing.workflow_opening import IN_USE, OPENING, UNDECIDED, OpeningState


@dataclass(frozen=True, slots=True)
class OpeningInfo:
    """One application, and the use that it led to."""

    number: str
    dataset: str
    title: str
    owner: str
    created_by: UUID
    created_name: str
    created_at: datetime
    holder: str
    credit_code: str
    use: str
    purpose: str
    storage: str
    readers: str
    deletion: str
    months: int
    asked: tuple[str, ...]
    columns: tuple[str, ...]
    state: str
    state_label: str | Promise
    due_on: date | None
    refusal_reason: str
    agreement: str
    agreement_number: int
    agreement_sha256: str
    accepted_at: datetime | None
    valid_until: datetime | None
    is_undecided: bool
    is_in_use: bool


@dataclass(frozen=True, slots=True)
class OpeningStanding:
    """An application for its page: what happened, what this actor may do, until when it is to be answered."""

    info: OpeningInfo
    events: tuple[history.Happened, ...]
    actions: tuple[history.Action, ...]
    deadline: history.Deadline | None
    seen: int
    is_applicant: bool


def openings(actor: Actor, *, dataset: str = "", waiting: bool = False, own: bool = False) -> list[OpeningInfo]:
    """Return the applications that the actor may know of, those to be answered first; `own`: of their own alone."""
    rows = visible_applications(actor)
    if dataset:
        rows = rows.filter(dataset=dataset)
    if own:
        rows = rows.filter(created_by=actor.user_id) if actor.user_id else rows.none()
    if waiting:
        rows = rows.filter(state__in=(OpeningState.OWNER_REVIEW, OpeningState.LATE, OpeningState.OBJECTED))
    return list(map(_info, rows))


def opening(actor: Actor, number: str) -> OpeningInfo:
    """Raises: NotFound."""
    return _info(application_for(actor, number))


def opening_standing(actor: Actor, number: str, *, today: date) -> OpeningStanding:
    """Raises: NotFound."""
    row = application_for(actor, number)
    parts, events = parts_on_application(actor, row), list(row.events.all())
    moves = [move for move in OPENING.allowed(row.state, parts) if Part.SYSTEM not in move.roles]
    if row.objected_at is not None:
        moves = [move for move in moves if move.name != "object_refusal"]
    if row.supplement_asked_at is not None:
        moves = [move for move in moves if move.name != "ask_supplement"]
    return OpeningStanding(
        info=_info(row),
        events=tuple(history.happened(events)),
        actions=tuple(history.actions(OPENING, moves)),
        deadline=history.deadline(row.due_on, today) if row.clock_started_on else None,
        seen=len(events),
        is_applicant=Part.PERSON in parts,
    )


def grants_in_force(user: UUID, *, now: datetime) -> list[OpeningInfo]:
    """Return what somebody of society may read now."""
    rows: Iterable[OpeningApplication] = OpeningApplication.objects.filter(
        created_by=user, state=OpeningState.ACTIVE, valid_until__gt=now
    )
    return list(map(_info, rows))


def _info(row: OpeningApplication) -> OpeningInfo:
    names = set(OpeningInfo.__dataclass_fields__) - {
        *("asked", "columns", "state_label", "is_undecided", "is_in_use"),
    }
    told = {name: getattr(row, name) for name in names}
    return OpeningInfo(
        **told,
        asked=tuple(row.asked),
        columns=tuple(row.columns),
        state_label=row.get_state_display(),
        is_undecided=row.state in UNDECIDED,
        is_in_use=row.state in IN_USE,
    )
