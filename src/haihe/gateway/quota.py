"""How often each grant was used today, here and at the other gateways. The day is the city's."""

from collections.abc import Mapping


class Quotas:
    """Answers given per grant in the current day. Not shared between threads.

    What the other gateways gave is known as of the last time that they told (`shared_counts.py`).
    """

    def __init__(self, *, day: int = 0, used: Mapping[str, int] | None = None) -> None:
        self._day = day
        self._used = dict(used or {})
        self._elsewhere: Mapping[str, int] = {}
        self._untold = set(self._used)

    def used(self, grant: str, *, day: int) -> int:
        """Return the day's sum of all gateways."""
        if day != self._day:
            self._turn(day)
        return self._used.get(grant, 0) + self._elsewhere.get(grant, 0)

    def count(self, grant: str, *, day: int, answers: int = 1) -> int:
        """Count answers and return the day's sum of this gateway."""
        if day != self._day:
            self._turn(day)
        total = self._used[grant] = self._used.get(grant, 0) + answers
        self._untold.add(grant)
        return total

    def untold(self, *, day: int) -> dict[str, int]:
        """Return this gateway's sums that changed since they were last told."""
        if day != self._day:
            self._turn(day)
        return {grant: self._used[grant] for grant in self._untold}

    def settle(self, told: Mapping[str, int], elsewhere: Mapping[str, int], *, day: int) -> None:
        """Note what the others know of us by now, and we of them."""
        if day == self._day:
            self._untold -= {grant for grant, used in told.items() if self._used.get(grant) == used}
            self._elsewhere = elsewhere

    def _turn(self, day: int) -> None:
        self._day, self._used, self._elsewhere, self._untold = day, {}, {}, set()
