"""Make the scoreboard: every figure of every department and period anew from what happened, in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.models import Score, ScoreRefresh, SharingEvent
from haihe.data.sharing.periods import periods_between
from haihe.kernel.calendar import CalendarEnded, WorkCalendar

# Only one at a time; the second waits and finds that there is nothing left to change.
_LOCK = 0x53434F52
_CHANGES = (
    "DELETE FROM sharing_score AS old WHERE NOT EXISTS (SELECT FROM made WHERE made.period = old.period"
    " AND made.department = old.department AND made.figure = old.figure)",
    # What hasn't changed isn't written: most of it never changes again.
    "INSERT INTO sharing_score AS old (period, department, figure, value)"
    " SELECT period, department, figure, value FROM made"
    " ON CONFLICT (period, department, figure) DO UPDATE SET value = excluded.value"
    " WHERE old.value IS DISTINCT FROM excluded.value",
    "DROP TABLE made",
)


@transaction.atomic
def refresh_scoreboard(*, now: datetime) -> int:
    """Compute the figures of all periods up to now; return how many there are."""
    published = catalogue.publications()
    first = _first_day(published, timezone.localdate(now))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(f"CREATE TEMPORARY TABLE made ON COMMIT DROP AS {_query()}", _parameters(now, published, first))
        for change in _CHANGES:
            cursor.execute(change)
    ScoreRefresh.objects.update_or_create(pk=1, defaults={"at": now, "counts_from": first})
    return Score.objects.count()


@cache
def _query() -> str:
    return resources.files("haihe.data.sharing").joinpath("scoreboard.sql").read_text(encoding="utf-8")


def _parameters(now: datetime, published: list[catalogue.Publication], first: date) -> dict[str, Any]:
    today, calendar = timezone.localdate(now), _calendar()
    spans, promised = periods_between(first, today), catalogue.update_promises()
    return {
        "zone": str(timezone.get_default_timezone()),
        "today": today,
        "days": list(calendar.days),
        "worked": list(calendar.worked),
        "periods": [period.key for period in spans],
        "firsts": [period.first for period in spans],
        "ends": [period.until for period in spans],
        "review_days": catalogue.REVIEW_WORKING_DAYS,
        "published_owner": [one.owner for one in published],
        "published_on": [one.published_on for one in published],
        "published_submitted": [one.submitted_on for one in published],
        "promised_resource": [one.resource for one in promised],
        "promised_owner": [one.owner for one in promised],
        "promised_months": [one.months for one in promised],
        "promised_days": [one.days for one in promised],
        "promised_still": [one.is_published for one in promised],
    }


def _first_day(published: Iterable[catalogue.Publication], today: date) -> date:
    first = SharingEvent.objects.order_by("at").values_list("at", flat=True).first()
    return min([today, *(one.published_on for one in published), *([timezone.localdate(first)] if first else [])])


@dataclass(frozen=True, slots=True)
class _Calendar:
    """For each day how many working days there were up to and with it, from where the calendar begins."""

    days: tuple[date, ...]
    worked: tuple[int, ...]


@cache
def _calendar() -> _Calendar:
    calendar = WorkCalendar()
    days, worked, count = list[date](), list[int](), 0
    day = calendar.begins_on
    while True:
        try:
            count += calendar.is_working_day(day)
        except CalendarEnded:
            return _Calendar(tuple(days), tuple(worked))
        days.append(day)
        worked.append(count)
        day += timedelta(days=1)
