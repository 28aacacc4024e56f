"""How long people wait, from what was measured: nothing is promised where nothing was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import quantiles

from django.db.models import F

from haihe.platforms.services.window.models import Hall, QueueTicket
from haihe.platforms.services.window.workflow import TicketState

_FEWEST = 5
"""Fewer visits than this say nothing."""
_MOST = 60
_SINCE = timedelta(days=14)
_LONGEST = timedelta(hours=3)
"""A visit that somebody forgot to end isn't measured."""
_STEP_MIN = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """Minutes that one visit takes: the middle, and what four of five stay within."""

    middle_min: float
    slow_min: float
    visits: int


@dataclass(frozen=True, slots=True)
class Wait:
    """From `least_min` to `most_min` minutes, in steps of five; None where nothing can be said."""

    ahead: int
    least_min: int
    most_min: int


def pace(hall: Hall, *, now: datetime) -> Pace | None:
    """Return what visits took in this hall lately, the newest ones; None where too few were measured."""
    done = (
        QueueTicket.objects.filter(
            hall=hall, state=TicketState.FINISHED, ended_at__gt=now - _SINCE, started_at__isnull=False
        )
        .annotate(took=F("ended_at") - F("started_at"))
        .filter(took__lt=_LONGEST)
        .order_by("-ended_at")
    )
    took = [one.total_seconds() / 60 for one in done.values_list("took", flat=True)[:_MOST]]
    if len(took) < _FEWEST:
        return None
    fifths = quantiles(took, n=10, method="inclusive")
    return Pace(fifths[4], fifths[7], len(took))


def estimate(measured: Pace | None, *, ahead: int, counters: int, free: int = 0) -> Wait | None:
    """Return how long somebody waits who has so many before them, at so many counters of which some are free."""
    if measured is None or counters == 0:
        return None
    turns = max(ahead + 1 - free, 0) / counters
    least = _step(measured.middle_min * turns)
    return Wait(ahead, least, max(_step(measured.slow_min * turns), least + _STEP_MIN))


def _step(minutes: float) -> int:
    return ceil(minutes / _STEP_MIN) * _STEP_MIN
