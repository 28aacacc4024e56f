"""The clocks' teeth: reminders before a deadline; past it the data centre hears, and everybody sees. Run at will."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM
from haihe.data.participation.models import DataRequest
from haihe.data.participation.operations.recording import allowed, make_move
from haihe.data.participation.telling import tell_near, tell_overdue
from haihe.data.participation.workflow import REMIND_WORKING_DAYS, RUNNING_REQUESTS
from haihe.kernel.clocks import due_after, working_days_left

_BEYOND_THE_CALENDAR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one round did."""

    reminded: int
    overdue: int


def watch_clocks(*, now: datetime) -> Watched:
    """Tell missing due days, remind who must answer soon, note what ran out: each once, however often this runs."""
    today = timezone.localdate(now)
    _tell_missing_due_days()
    reminded = overdue = 0
    for pk in list(_soon(today).values_list("pk", flat=True)):
        with transaction.atomic():
            row = _soon(today).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if row is None or row.due_on is None:
                continue
            if today > row.due_on:
                _note_overdue(row, now)
                overdue += 1
            else:
                reminded += _remind(row, row.due_on, today, now)
    return Watched(reminded, overdue)


def _soon(today: date) -> "QuerySet[DataRequest]":
    horizon = due_after(today, max(REMIND_WORKING_DAYS)) or today + _BEYOND_THE_CALENDAR
    rows = DataRequest.objects.filter(state__in=RUNNING_REQUESTS, due_on__lte=horizon)
    return rows.filter(Q(due_on__gte=today) | Q(overdue_told_at=None))


def _remind(row: DataRequest, due: date, today: date, now: datetime) -> int:
    left = working_days_left(due, today)
    steps = [days for days in REMIND_WORKING_DAYS if left is not None and left <= days < row.clock_days]
    return tell_near(row, due=due, step=min(steps), now=now) if steps else 0


def _note_overdue(row: DataRequest, now: datetime) -> None:
    row.overdue_told_at = now
    make_move(row, SYSTEM, allowed(row, SYSTEM, "overdue"), now=now)
    tell_overdue(row, now=now)


def _tell_missing_due_days() -> None:
    """A longer calendar may have come with a new version of this program."""
    with transaction.atomic():
        for row in DataRequest.objects.select_for_update().filter(state__in=RUNNING_REQUESTS, due_on=None):
            row.due_on = due_after(row.clock_started_on, row.clock_days)
            row.save(update_fields=["due_on"])
