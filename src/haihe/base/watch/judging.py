"""When an alert opens and when it closes: two thresholds and a number of minutes, so that nothing flaps."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Limits:
    """At `opens` or above for so many `minutes` on end it opens; below `closes` for as many it closes.

    Between the two it stays what it is. `closes` is never above `opens`.
    """

    opens: float
    closes: float
    minutes: int


class Judged(NamedTuple):
    """How it stands after one more minute; `streak` counts the minutes on end that speak for a change."""

    is_open: bool
    streak: int


def judge(limits: Limits, before: Judged, value: float) -> Judged:
    """Take one minute's value into account."""
    speaks_for_change = value < limits.closes if before.is_open else value >= limits.opens
    if not speaks_for_change:
        return Judged(before.is_open, 0)
    streak = before.streak + 1
    return Judged(not before.is_open, 0) if streak >= limits.minutes else Judged(before.is_open, streak)
