"""Against guessing: who is wrong too often waits, by the number that is tried and by the address it comes from.

Only failures count, so that a school with one address, where everybody knows their own number, is never locked out for
being many. A number is locked for one address long before it is for all: nobody shall lock out somebody else.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

MOST_OF_ONE_FROM_ONE = 5
MOST_OF_ONE = 50
MOST_FROM_ONE = 100
LOCKED_S = 900.0
_MOST_KEPT = 200_000


@dataclass(slots=True)
class _Failures:
    count: int
    since: float


@dataclass(slots=True)
class GuessGuard:
    """Lives in the loop's thread. Memory is bounded: the ones longest untouched are forgotten first."""

    _kept: OrderedDict[tuple[str, str], _Failures] = field(default_factory=OrderedDict)

    def locked_for(self, number: str, address: str, *, now: float) -> float:
        """Return for how many seconds still no try is taken, 0 if one is."""
        return max(self._left(key, most, now) for key, most in _counted(number, address))

    def failed(self, number: str, address: str, *, now: float) -> None:
        """Note a wrong guess."""
        for key, _ in _counted(number, address):
            known = self._kept.pop(key, None)
            if known is None or now - known.since > LOCKED_S:
                known = _Failures(0, now)
            known.count += 1
            known.since = now
            self._kept[key] = known
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    def succeeded(self, number: str, address: str) -> None:
        """Forget what was wrong about a number from where its owner came; what others guessed still counts."""
        self._kept.pop((number, address), None)

    def _left(self, key: tuple[str, str], most: int, now: float) -> float:
        known = self._kept.get(key)
        if known is None or known.count < most:
            return 0.0
        return max(0.0, known.since + LOCKED_S - now)


def _counted(number: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
    """Return under what a try counts, each with how many wrong ones are borne."""
    return ((number, address), MOST_OF_ONE_FROM_ONE), ((number, ""), MOST_OF_ONE), (("", address), MOST_FROM_ONE)
