"""A circuit breaker: a source that failed so often in a row is left alone for a while, then tried with one call.

Forty lines of our own: the library at hand (pybreaker) counts by the wall clock, holds a thread lock, and has its
asynchronous calls for another event loop.
"""

from dataclasses import dataclass

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


@dataclass(slots=True)
class Breaker:
    """`now` is monotonic time. Lives in the loop's thread."""

    failures: int
    open_s: float
    _failed: int = 0
    _opened_at: float | None = None
    _trying: bool = False
    _round: int = 0

    def admit(self, *, now: float) -> int | None:
        """Return the round that the call belongs to, for its outcome; None while the source is left alone."""
        if self._opened_at is None:
            return self._round
        if self._trying or now - self._opened_at < self.open_s:
            return None
        self._trying = True
        return self._round

    def succeeded(self, round_: int) -> None:
        """Note a success. What began before the breaker opened says nothing any more."""
        if round_ != self._round:
            return
        if self._opened_at is not None:
            self._round += 1
        self._failed, self._opened_at, self._trying = 0, None, False

    def failed(self, round_: int, *, now: float) -> None:
        """Note a failure; the failed try of an open breaker opens it anew."""
        if round_ != self._round:
            return
        self._failed += 1
        if self._trying or self._failed >= self.failures:
            self._opened_at, self._trying, self._failed = now, False, 0
            self._round += 1

    def state(self, *, now: float) -> str:
        if self._opened_at is None:
            return CLOSED
        return HALF_OPEN if self._trying or now - self._opened_at >= self.open_s else OPEN
