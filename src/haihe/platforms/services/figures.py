"""Sums over all cases, for the portal. No person, no organisation: public knowledge."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from haihe.kernel.answers import Answer
from haihe.platforms.services.models import Ask, AskState, Case
from haihe.platforms.services.workflow import UNDECIDED

DAYS = 30


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of the city's time."""

    day: date
    cases: int
    papers_saved: int


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """`by_answer` counts answers of sources (MATCH, NO_MATCH, UNKNOWN) and asks that met silence (NONE).

    `by_day` holds the last 30 days that had a case, oldest first.
    """

    cases: int
    undecided: int
    papers_saved: int
    trips_saved: int
    by_answer: dict[str, int]
    by_day: tuple[DayFigures, ...]


def figures(*, now: datetime) -> CaseFigures:
    """Count all cases; four aggregate queries whatever their number."""
    sums = Case.objects.aggregate(cases=Count("id"), papers=Sum("papers_saved"), trips=Sum("trips_saved"))
    return CaseFigures(
        cases=sums["cases"],
        undecided=Case.objects.filter(state__in=UNDECIDED).count(),
        papers_saved=sums["papers"] or 0,
        trips_saved=sums["trips"] or 0,
        by_answer=_by_answer(),
        by_day=_by_day(timezone.localdate(now) - timedelta(days=DAYS - 1)),
    )


def _by_answer() -> dict[str, int]:
    counted = dict.fromkeys([*(answer.value for answer in Answer), "NONE"], 0)
    rows = Ask.objects.exclude(state=AskState.INTENDED).values_list("answer").annotate(n=Count("id"))
    for answer, n in rows:
        counted[answer or "NONE"] += n
    return counted


def _by_day(since: date) -> tuple[DayFigures, ...]:
    days = Case.objects.annotate(day=TruncDate("opened_at")).filter(day__gte=since).order_by("day").values("day")
    rows = days.annotate(cases=Count("id"), papers=Sum("papers_saved"))
    return tuple(DayFigures(row["day"], row["cases"], row["papers"]) for row in rows)
