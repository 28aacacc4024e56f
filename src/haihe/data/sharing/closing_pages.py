"""What the pages of disputes and of stops show."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page
from django.utils import timezone

from haihe.base.accounts.api import Actor, Role
from haihe.data.sharing import history, stages
from haihe.data.sharing.models import Dispute, DisputeOutcome, Grant, ServiceStop, SharingRequest
from haihe.data.sharing.operations.disputing import may_reopen, subjects_of
from haihe.data.sharing.operations.stopping import replied
from haihe.data.sharing.queries import access
from haihe.data.sharing.workflow_closing import DISPUTE, OPEN_DISPUTES, STOP, DisputeState, StopState


@dataclass(frozen=True, slots=True)
class DisputePage:
    row: Dispute
    stage: stages.Stage
    deadline: history.Deadline | None
    actions: list[history.Action]
    history: list[history.Happened]
    may_reopen: bool
    reopened: SharingRequest | None
    complaint: str = ""

    @property
    def seen(self) -> int:
        return len(self.history)

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        return [(outcome.value, str(outcome.label)) for outcome in DisputeOutcome]


@dataclass(frozen=True, slots=True)
class DisputesPage:
    rows: "Page[Dispute]"


@dataclass(frozen=True, slots=True)
class StopPage:
    """The stop of a service. `silent` are the users that haven't replied yet."""

    row: ServiceStop
    stage: stages.Stage
    deadline: history.Deadline | None
    actions: list[history.Action]
    history: list[history.Happened]
    replied: list[str]
    silent: list[str]
    complaint: str = ""

    @property
    def seen(self) -> int:
        return len(self.history)


@dataclass(frozen=True, slots=True)
class StopsPage:
    rows: "Page[ServiceStop]"


def dispute_page(actor: Actor, row: Dispute, *, today: date, complaint: str = "") -> DisputePage:
    moves = DISPUTE.allowed(row.state, access.parts_on_dispute(actor, row))
    return DisputePage(
        row=row,
        stage=stages.stage_of_dispute(row),
        deadline=history.deadline(row.due_on, today) if row.state == DisputeState.MEDIATING else None,
        actions=history.actions(DISPUTE, moves),
        history=history.happened(row.events.all()),
        may_reopen=actor.has(Role.STEWARD, row.applicant) and may_reopen(row),
        reopened=row.reopened.first(),
        complaint=complaint,
    )


def stop_page(actor: Actor, row: ServiceStop, *, now: datetime, complaint: str = "") -> StopPage:
    today = timezone.localdate(now)
    moves = STOP.allowed(row.state, access.parts_on_stop(actor, row))
    heard = replied(row)
    return StopPage(
        row=row,
        stage=stages.stage_of_stop(row, silent=len(set(row.users) - heard)),
        deadline=history.deadline(row.due_on, today) if row.state == StopState.TO_FILE else None,
        actions=history.actions(STOP, moves, leave_out=_not_yet(row, today)),
        history=history.happened(row.events.all()),
        replied=[code for code in row.users if code in heard],
        silent=[code for code in row.users if code not in heard],
        complaint=complaint,
    )


def may_dispute(actor: Actor, thing: SharingRequest | Grant) -> bool:
    """True if the actor's department may open a dispute about the thing now, and none is open."""
    request, grant = (thing, None) if isinstance(thing, SharingRequest) else (None, thing)
    applicant = thing.applicant if isinstance(thing, SharingRequest) else thing.organisation
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    if not mine & {applicant, thing.owner} or thing.disputes.filter(state__in=OPEN_DISPUTES).exists():
        return False
    return bool(subjects_of(request, grant, is_applicant=applicant in mine))


def _not_yet(row: ServiceStop, today: date) -> frozenset[str]:
    gone = {"stop_at_once"} | ({"stop"} if today < row.planned_on else set())
    return frozenset(gone if row.due_on and today > row.due_on else gone | {"urge"})
