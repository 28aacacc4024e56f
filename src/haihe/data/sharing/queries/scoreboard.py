"""Reads of the scoreboard. It is everybody's: no person stands in it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from haihe.data.sharing.models import Score, ScoreRefresh
from haihe.data.sharing.periods import Period, periods_between


@dataclass(frozen=True, slots=True)
class Board:
    """When the figures were made, and the periods there are, `all` first and then the newest."""

    at: datetime
    periods: tuple[Period, ...]


def board() -> Board | None:
    """Return None where the figures have never been made."""
    made = ScoreRefresh.objects.filter(pk=1).first()
    if made is None:
        return None
    return Board(made.at, tuple(periods_between(made.counts_from, timezone.localdate(made.at))))


def scores(period: str) -> dict[str, dict[str, Decimal]]:
    """Return the figures of one period that aren't zero, by department and name."""
    values: dict[str, dict[str, Decimal]] = {}
    for department, figure, value in Score.objects.filter(period=period).values_list("department", "figure", "value"):
        values.setdefault(department, {})[figure] = value
    return values
