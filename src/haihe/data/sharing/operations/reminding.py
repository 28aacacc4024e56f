"""The clocks' teeth: reminders before a deadline, and past it the authority's desk. Run as often as one likes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM
from haihe.data.sharing.models import (
    Correction,
    Disposal,
    Dispute,
    Grant,
    OpeningApplication,
    ServiceStop,
    SharingRequest,
)
from haihe.data.sharing.operations.delivering import deliver_what_waits
from haihe.data.sharing.operations.disposing import accept_by_rule, note_late_disposal
from haihe.data.sharing.operations.disputing import note_late_mediation
from haihe.data.sharing.operations.granting import note_overdue_grant
from haihe.data.sharing.operations.handling import answer_by_rule, note_overdue, pass_by_rule
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.operations.opening import note_late_application
from haihe.data.sharing.operations.retiring import end_what_retirement_left
from haihe.data.sharing.operations.stopping import note_late_filing
from haihe.data.sharing.telling import tell_expiring, tell_near
from haihe.data.sharing.workflow import (
    CORRECTION,
    OPEN_CORRECTIONS,
    OPEN_REQUESTS,
    REMIND_OF_EXPIRY_DAYS,
    REMIND_WORKING_DAYS,
    GrantState,
    Part,
    RequestState,
)
from haihe.data.sharing.workflow_closing import DisposalState, DisputeState, StopState
from haihe.data.sharing.workflow_opening import OpeningState
from haihe.kernel.clocks import due_after, working_days_left

_BEYOND_THE_CALENDAR = timedelta(days=7)
_OWNERS = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)
_APPLICANTS = (Part.APPLICANT_STEWARD, Part.APPLICANT_APPROVER)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one round did: desks reminded, deadlines told of, and what the rules did."""

    reminded: int
    overdue: int
    answered: int
    passed: int = 0
    delivered: int = 0
    disposed: int = 0


@dataclass(frozen=True, slots=True)
class _Watch:
    """Rows whose clock runs, the column that says until when, who is reminded, and how the end is written down."""

    rows: Callable[[], QuerySet[Any]]
    due: str
    parts: tuple[Part, ...]
    escalate: Callable[..., None]


def watch_clocks(*, now: datetime) -> Watched:
    """Do by rule what waits for it, remind whoever must act soon, tell the authority of what ran out.

    Each is done once, however often and in however many processes this runs.
    """
    today = timezone.localdate(now)
    end_what_retirement_left(now=now)
    passed = sum(pass_by_rule(pk, now=now) for pk in _outlasting_the_precheck(today))
    delivered = deliver_what_waits(now=now)
    answered = sum(answer_by_rule(pk, now=now) for pk in _waiting_for_the_rule())
    disposed = accept_by_rule(now=now)
    reminded = overdue = 0
    for watch in _WATCHES:
        some_reminded, some_overdue = _go_round(watch, today, now)
        reminded, overdue = reminded + some_reminded, overdue + some_overdue
    return Watched(reminded + _remind_of_expiry(today, now), overdue, answered, passed, delivered, disposed)


def _go_round(watch: _Watch, today: date, now: datetime) -> tuple[int, int]:
    rows = watch.rows().filter(_soon(watch.due, today))
    reminded = overdue = 0
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            row = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            due = getattr(row, watch.due, None)
            if row is None or due is None:
                continue
            if today > due:
                watch.escalate(row, now=now)
                overdue += 1
            else:
                reminded += _remind(row, due, watch.parts, today, now)
    return reminded, overdue


def _waiting_for_the_rule() -> list[UUID]:
    rows = SharingRequest.objects.filter(state=RequestState.OWNER_REVIEW, sharing_type="UNCONDITIONAL")
    return list(rows.values_list("pk", flat=True))


def _outlasting_the_precheck(today: date) -> list[UUID]:
    rows = SharingRequest.objects.filter(state=RequestState.PRE_REVIEW, precheck_due_on__lt=today)
    return list(rows.values_list("pk", flat=True))


def _soon(due: str, today: date) -> Q:
    """Match what is due within the reminders' days, or ran out and wasn't told of."""
    horizon = due_after(today, max(REMIND_WORKING_DAYS)) or today + _BEYOND_THE_CALENDAR
    return Q(**{f"{due}__lte": horizon}) & (Q(**{f"{due}__gte": today}) | Q(overdue_told_at__isnull=True))


def _remind(row: Any, due: date, parts: tuple[Part, ...], today: date, now: datetime) -> int:
    left = working_days_left(due, today)
    steps = [days for days in REMIND_WORKING_DAYS if left is not None and left <= days]
    return tell_near(row, due=due, parts=parts, step=min(steps), now=now) if steps else 0


def _remind_of_expiry(today: date, now: datetime) -> int:
    """Tell the holders of grants that end soon, unless a renewal is under way."""
    renewed = SharingRequest.objects.filter(state__in=(*OPEN_REQUESTS, RequestState.APPROVED), renews__isnull=False)
    rows = Grant.objects.select_related("service", "request").filter(
        state=GrantState.ACTIVE,
        valid_until__gt=now,
        valid_until__lte=now + timedelta(days=max(REMIND_OF_EXPIRY_DAYS) + 1),
    )
    return sum(_tell_expiring(row, today, now) for row in rows.exclude(pk__in=renewed.values("renews")))


def _tell_expiring(row: Grant, today: date, now: datetime) -> int:
    until, since = timezone.localdate(row.valid_until), timezone.localdate(row.valid_from)
    # A short grant isn't told of its end at its beginning.
    steps = [
        days for days in REMIND_OF_EXPIRY_DAYS if (until - today).days <= days and days * 2 <= (until - since).days
    ]
    return tell_expiring(row, step=min(steps), now=now) if steps else 0


def _note_overdue_correction(row: Correction, *, now: datetime) -> None:
    row.overdue_told_at = now
    row.save(update_fields=["overdue_told_at"])
    move = CORRECTION.move(row.state, "overdue")
    record(
        row, SYSTEM, name=move.name, part=Part.SYSTEM, clause=move.clause, now=now, source=row.state, target=row.state
    )


def _requests() -> QuerySet[SharingRequest]:
    return SharingRequest.objects.select_related("service").filter(state=RequestState.OWNER_REVIEW)


def _corrections() -> QuerySet[Correction]:
    return Correction.objects.filter(state__in=OPEN_CORRECTIONS)


def _deliveries() -> QuerySet[Grant]:
    return Grant.objects.select_related("service", "request__renews").filter(state=GrantState.PREPARING)


def _to_put_right() -> QuerySet[Grant]:
    rows = Grant.objects.select_related("service", "request__renews")
    return rows.filter(state=GrantState.SUSPENDED, put_right_reported_at__isnull=True)


def _disposals() -> QuerySet[Disposal]:
    return Disposal.objects.select_related("grant__service", "grant__request").filter(state=DisposalState.DUE)


def _mediations() -> QuerySet[Dispute]:
    return Dispute.objects.filter(state=DisputeState.MEDIATING)


def _stops_to_file() -> QuerySet[ServiceStop]:
    return ServiceStop.objects.select_related("service").filter(state=StopState.TO_FILE)


def _openings() -> QuerySet[OpeningApplication]:
    return OpeningApplication.objects.filter(state=OpeningState.OWNER_REVIEW)


def _objections() -> QuerySet[OpeningApplication]:
    return OpeningApplication.objects.filter(state=OpeningState.OBJECTED)


_WATCHES: Final = (
    _Watch(_requests, "due_on", _OWNERS, note_overdue),
    _Watch(_corrections, "due_on", _OWNERS, _note_overdue_correction),
    _Watch(_deliveries, "due_on", _OWNERS, note_overdue_grant),
    _Watch(_to_put_right, "put_right_by", _APPLICANTS, note_overdue_grant),
    _Watch(_disposals, "due_on", _APPLICANTS, note_late_disposal),
    _Watch(_mediations, "due_on", (Part.AUTHORITY,), note_late_mediation),
    _Watch(_stops_to_file, "due_on", _OWNERS, note_late_filing),
    _Watch(_openings, "due_on", _OWNERS, note_late_application),
    _Watch(_objections, "due_on", (Part.AUTHORITY,), note_late_application),
)
