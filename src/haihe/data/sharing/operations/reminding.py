"""The clocks' teeth: reminders before a deadline, and past it the authority's desk. Run as often as one likes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM
from haihe.data.sharing.models import Correction, Grant, SharingRequest
from haihe.data.sharing.operations.delivering import deliver_what_waits
from haihe.data.sharing.operations.granting import note_late_delivery
from haihe.data.sharing.operations.handling import answer_by_rule, note_overdue, pass_by_rule
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.telling import tell_near
from haihe.data.sharing.workflow import (
    CORRECTION,
    OPEN_CORRECTIONS,
    REMIND_WORKING_DAYS,
    GrantState,
    Part,
    RequestState,
)
from haihe.kernel.clocks import due_after, working_days_left

_BEYOND_THE_CALENDAR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one round did."""

    reminded: int
    overdue: int
    answered: int
    passed: int = 0
    delivered: int = 0


def watch_clocks(*, now: datetime) -> Watched:
    """Do by rule what waits for it, remind whoever must act soon, tell the authority of what ran out.

    Each is done once, however often and in however many processes this runs.
    """
    today = timezone.localdate(now)
    passed = sum(pass_by_rule(pk, now=now) for pk in _outlasting_the_precheck(today))
    delivered = deliver_what_waits(now=now)
    answered = sum(answer_by_rule(pk, now=now) for pk in _waiting_for_the_rule())
    reminded = overdue = 0
    for rows in (_requests(today), _corrections(today), _deliveries(today)):
        for pk in list(rows.values_list("pk", flat=True)):
            with transaction.atomic():
                row = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
                if row is None or row.due_on is None:
                    continue
                if today > row.due_on:
                    _escalate(row, now)
                    overdue += 1
                else:
                    reminded += _remind(row, row.due_on, today, now)
    return Watched(reminded, overdue, answered, passed, delivered)


def _waiting_for_the_rule() -> list[UUID]:
    rows = SharingRequest.objects.filter(state=RequestState.OWNER_REVIEW, sharing_type="UNCONDITIONAL")
    return list(rows.values_list("pk", flat=True))


def _outlasting_the_precheck(today: date) -> list[UUID]:
    rows = SharingRequest.objects.filter(state=RequestState.PRE_REVIEW, precheck_due_on__lt=today)
    return list(rows.values_list("pk", flat=True))


def _requests(today: date) -> QuerySet[SharingRequest]:
    return SharingRequest.objects.select_related("service").filter(_soon(today), state=RequestState.OWNER_REVIEW)


def _corrections(today: date) -> QuerySet[Correction]:
    return Correction.objects.filter(_soon(today), state__in=OPEN_CORRECTIONS)


def _deliveries(today: date) -> QuerySet[Grant]:
    return Grant.objects.select_related("service", "request").filter(_soon(today), state=GrantState.PREPARING)


def _soon(today: date) -> Q:
    """Match what is due within the reminders' days, or ran out and wasn't told of."""
    horizon = due_after(today, max(REMIND_WORKING_DAYS)) or today + _BEYOND_THE_CALENDAR
    return Q(due_on__lte=horizon) & (Q(due_on__gte=today) | Q(overdue_told_at__isnull=True))


def _remind(row: SharingRequest | Grant | Correction, due_on: date, today: date, now: datetime) -> int:
    left = working_days_left(due_on, today)
    steps = [days for days in REMIND_WORKING_DAYS if left is not None and left <= days]
    return tell_near(row, step=min(steps), now=now) if steps else 0


def _escalate(row: SharingRequest | Grant | Correction, now: datetime) -> None:
    if isinstance(row, SharingRequest):
        note_overdue(row, now=now)
        return
    if isinstance(row, Grant):
        note_late_delivery(row, now=now)
        return
    row.overdue_told_at = now
    row.save(update_fields=["overdue_told_at"])
    move = CORRECTION.move(row.state, "overdue")
    record(
        row, SYSTEM, name=move.name, part=Part.SYSTEM, clause=move.clause, now=now, source=row.state, target=row.state
    )
