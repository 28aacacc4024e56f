"""How long one fetch may last and wait. Whoever is asked to come back much later does so as another try."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from haihe.data.exchange.connectors.faults import Fault, FetchFailed

MOST_WAITING_S: Final = 120.0
_STEP_S: Final = 0.5


class Patience:
    """`tick` is called while it waits, and may end it."""

    def __init__(self, *, waiting_s: float, lasting_s: float, tick: Callable[[], None]) -> None:
        self._left = waiting_s
        self._end = time.monotonic() + lasting_s
        self._tick = tick

    def go_on(self) -> None:
        """Raises: FetchFailed where the whole has taken too long."""
        if time.monotonic() > self._end:
            raise FetchFailed(Fault.TIMED_OUT)

    def wait(self, seconds: float, fault: Fault) -> None:
        """Wait, or say the fault where that would be too long. Raises: FetchFailed."""
        if seconds > self._left:
            raise FetchFailed(fault, retry_after_s=seconds)
        self._left -= seconds
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            time.sleep(min(rest, _STEP_S))
            self._tick()
            self.go_on()


def asked_to_wait(header: str, *, now: datetime) -> float | None:
    """Return the seconds of a `Retry-After`, in either of its spellings; None where there is none to be read."""
    if header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
