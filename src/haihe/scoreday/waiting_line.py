"""A fair line: who comes when all places of a moment are taken gets the next free moment, and it is theirs.

The line is one number, the next moment at which somebody new can be answered; each newcomer takes it and moves it on by
the time that one answer takes. So a promise is a booking, and nobody overtakes (the virtual scheduling of ITU-T I.371's
generic cell rate algorithm, with its waiting made into a promise). Who asks again meanwhile keeps what they have.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from haihe.scoreday.looking_up import Proof

IN_TIME_S = 0.05
"""A moment this near is no wait: it is answered at once."""
KEPT_S = 900.0
"""How long after its moment a place is kept for who comes late."""


class Booking(NamedTuple):
    """A moment of one's own, and what was proved when it was taken."""

    moment: float
    proof: Proof | None


@dataclass(slots=True)
class WaitingLine:
    """`capacity_per_s` is how many new ones a second are answered. Times are Unix seconds.

    Some 400 bytes for each who waits, and for each who was answered out of the line within the last quarter of an hour.
    """

    capacity_per_s: float
    _next: float = 0.0
    _booked: OrderedDict[bytes, Booking] = field(default_factory=OrderedDict)
    _used: OrderedDict[float, None] = field(default_factory=OrderedDict)

    def booked(self, who: bytes, now: float) -> Booking | None:
        """Return what is theirs already and still good."""
        found = self._booked.get(who)
        if found is None or found.moment in self._used or now > found.moment + KEPT_S:
            return None
        return found

    def come(self, who: bytes, now: float, proof: Proof | None = None) -> Booking | None:
        """Return None for who is answered at once, else the place that is theirs; no two get the same moment."""
        self._forget(now)
        known = self.booked(who, now)
        if known is not None:
            return None if self.use(known.moment, now) else known
        moment = max(self._next, now)
        self._next = moment + 1 / self.capacity_per_s
        if moment - now <= IN_TIME_S:
            return None
        # Anew at the end: places stand in the order of their moments.
        self._booked.pop(who, None)
        booking = self._booked[who] = Booking(moment, proof)
        return booking

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
            who, booking = next(iter(self._booked.items()))
            if booking.moment not in self._used and now <= booking.moment + KEPT_S:
                break
            del self._booked[who]
        while self._used and next(iter(self._used)) < now - 2 * KEPT_S:
            self._used.popitem(last=False)
