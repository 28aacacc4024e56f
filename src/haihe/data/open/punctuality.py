"""What was promised and what came: update cycles against the days of versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

DAYS_OF_CYCLES: Final = {"REALTIME": 1, "DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "QUARTERLY": 92, "YEARLY": 366}
GRACE_SHARE: Final = 0.25
"""So much of a cycle an update may come late without being called late: files travel, people have weekends."""


@dataclass(frozen=True, slots=True)
class Punctuality:
    """`due_at` is when the next update is due at the latest; `on_time` of `updates` came in time."""

    cycle: str
    last_at: datetime
    due_at: datetime
    is_late: bool
    late_days: int
    updates: int
    on_time: int


def punctuality(cycle: str, times: Sequence[datetime], *, now: datetime) -> Punctuality | None:
    """Return the account of one dataset; `times` are those that its versions stand for. None without any."""
    if not times:
        return None
    patience = timedelta(days=DAYS_OF_CYCLES[cycle] * (1 + GRACE_SHARE)) + timedelta(days=1)
    ordered = sorted(times)
    gaps = [after - before for before, after in pairwise(ordered)]
    due = ordered[-1] + patience
    late = max(timedelta(), now - due)
    return Punctuality(
        cycle, ordered[-1], due, late > timedelta(), late.days, len(gaps), sum(gap <= patience for gap in gaps)
    )
