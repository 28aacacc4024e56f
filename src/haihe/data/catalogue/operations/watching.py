"""The clocks' teeth: reminders before a deadline, past it the authority's desk; and each day's news. All once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM
from haihe.data.catalogue.models import Resource, Revision
from haihe.data.catalogue.news.queries import announced_on
from haihe.data.catalogue.operations.recording import record
from haihe.data.catalogue.telling import tell_near, tell_news
from haihe.data.catalogue.workflow import OPEN_REVISIONS, REMIND_WORKING_DAYS, RESOURCE, REVISION, Part, ResourceState
from haihe.kernel.clocks import due_after, working_days_left

_BEYOND_THE_CALENDAR = timedelta(days=7)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one round did: desks reminded, things found overdue."""

    reminded: int
    overdue: int


def watch_clocks(*, now: datetime) -> Watched:
    """Remind whoever must act soon, tell the authority of what ran out."""
    today, reminded, overdue = timezone.localdate(now), 0, 0
    watched: tuple[QuerySet[Any], ...] = (_entries(today), _updates(today))
    for rows in watched:
        for pk in list(rows.values_list("pk", flat=True)):
            with transaction.atomic():
                thing = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
                if thing is None or thing.due_on is None:
                    continue
                if today > thing.due_on:
                    _note_overdue(thing, now)
                    overdue += 1
                else:
                    reminded += _remind(thing, thing.due_on, today, now)
    return Watched(reminded, overdue)


@transaction.atomic
def tell_of_yesterday(*, now: datetime) -> int:
    """Tell all departments what was published the day before (art. 16); return how many desks were told now."""
    day = timezone.localdate(now) - _ONE_DAY
    count = announced_on(day).count()
    return tell_news(day=day.isoformat(), count=count, now=now) if count else 0


def _entries(today: date) -> "QuerySet[Resource]":
    return Resource.objects.filter(_soon(today), state=ResourceState.PUBLICATION_REVIEW)


def _updates(today: date) -> "QuerySet[Revision]":
    return Revision.objects.select_related("resource").filter(_soon(today), state__in=OPEN_REVISIONS)


def _soon(today: date) -> Q:
    """Match what is due within the reminders' days, or ran out and wasn't told of."""
    horizon = due_after(today, max(REMIND_WORKING_DAYS)) or today + _BEYOND_THE_CALENDAR
    return Q(due_on__lte=horizon) & (Q(due_on__gte=today) | Q(overdue_told_at__isnull=True))


def _remind(thing: Resource | Revision, due_on: date, today: date, now: datetime) -> int:
    left = working_days_left(due_on, today)
    steps = [days for days in REMIND_WORKING_DAYS if left is not None and left <= days]
    return tell_near(thing, step=min(steps), now=now) if steps else 0


def _note_overdue(thing: Resource | Revision, now: datetime) -> None:
    thing.overdue_told_at = now
    thing.save(update_fields=["overdue_told_at"])
    told: dict[str, Any] = {"source": thing.state, "target": thing.state, "part": Part.SYSTEM, "now": now}
    if isinstance(thing, Revision):
        move = REVISION.move(thing.state, "overdue")
        facts = {"revision": thing.number, "id": str(thing.pk)}
        record(thing.resource, SYSTEM, name="revision_overdue", clause=move.clause, facts=facts, **told)
    else:
        move = RESOURCE.move(thing.state, "overdue")
        record(thing, SYSTEM, name="overdue", clause=move.clause, **told)
