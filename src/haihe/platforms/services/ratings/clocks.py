"""When a step is due: working days of the Chinese calendar, to the end of the last one."""

from datetime import datetime, time
from typing import Final

from django.utils import timezone

from haihe.kernel.clocks import Clock

_LAST_SECOND: Final = time(23, 59, 59)


def due_after(now: datetime, clock: Clock) -> datetime | None:
    """Return the end of the clock's last day; None past the calendar's end: a rating is taken all the same."""
    day = clock.due(timezone.localdate(now))
    return timezone.make_aware(datetime.combine(day, _LAST_SECOND)) if day else None
