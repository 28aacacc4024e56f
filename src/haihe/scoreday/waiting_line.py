"""A fair line: who comes when all places of a moment are taken gets the next free moment, and it is theirs.

The line is one number, the next moment at which somebody new can be answered; each newcomer takes it and moves it on by
the time that one answer takes. So a promise is a booking, and nobody overtakes (the virtual scheduling of ITU-T I.371's
generic cell rate algorithm, with its waiting made into a promise). Who asks again meanwhile keeps what they have.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

IN_TIME_S = 0.05
"""A moment this near is no wait: it is answered at once."""
KEPT_S = 900.0
"""How long after its moment a place is kept for who comes late."""


@dataclass(slots=True)
class WaitingLine:
    """`capacity_per_s` is how many new ones a second are answered. Times are Unix seconds.

    Some 200 bytes for each who waits, and for each who was answered out of the line within the last quarter of an hour.
    """

    capacity_per_s: float
    _next: float = 0.0
    _booked: OrderedDict[bytes, float] = field(default_factory=OrderedDict)
    _used: OrderedDict[float, None] = field(default_factory=OrderedDict)

    def come(self, who: bytes, now: float) -> float | None:
        """Return None for who is answered at once, else the moment that is theirs; no two get the same."""
        self._forget(now)
        known = self._booked.get(who)
        if known is not None:
            return None if self.use(known, now) else known
        moment = max(self._next, now)
        self._next = moment + 1 / self.capacity_per_s
        if moment - now <= IN_TIME_S:
            return None
        self._booked[who] = moment
        return moment

    def use(self, moment: float, now: float) -> bool:
        """True once for a moment that has come and isn't long over."""
        if not moment - IN_TIME_S <= now <= moment + KEPT_S or moment in self._used:
            return False
        self._used[moment] = None
        return True

    def before(self, moment: float, now: float) -> int:
        """Return how many are before this one."""
        return max(0, round((moment - now) * self.capacity_per_s))

    def _forget(self, now: float) -> None:
        """Drop what is used or too old. Moments are booked in their order, so the first one is the oldest."""
        while self._booked:
            who, moment = next(iter(self._booked.items()))
            if moment not in self._used and now <= moment + KEPT_S:
                break
            del self._booked[who]
        while self._used and next(iter(self._used)) < now - 2 * KEPT_S:
            self._used.popitem(last=False)
