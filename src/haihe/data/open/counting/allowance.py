"""How much each may ask: so many questions a day and so many a second, by key, or by address without one.

The headers are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says what holds, `RateLimit` what is
left. The day is counted over all processes of the machine (`day_counts.py`), whichever interface is asked; the second
in this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from haihe.data.open.counting.day_counts import MOST_REMEMBERED, DayCounts, InMemory, place_of
from haihe.kernel.city_day import day_of, seconds_left
from haihe.kernel.rates import Rates

ANONYMOUS_PER_DAY = 10_000
PER_SECOND = 50
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the holder of a key, a publisher's program, or an address."""

    name: str
    per_day: int

    @classmethod
    def at(cls, peer: str) -> "Asker":
        return cls(f"address {place_of(peer)}", ANONYMOUS_PER_DAY)

    @classmethod
    def with_key(cls, key_hash: bytes, per_day: int) -> "Asker":
        return cls(f"key {key_hash.hex()}", per_day)


@dataclass(frozen=True, slots=True)
class Taken:
    """`problem` is why it was refused, "" if it was not; `headers` tell what holds, in lower case."""

    problem: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Allowance:
    """Lives in one thread."""

    per_second: int = PER_SECOND
    counts: DayCounts = field(default_factory=InMemory)
    refused: dict[str, int] = field(default_factory=dict)
    """How often somebody was refused since the start, by why."""
    _day: int = 0
    _seen: int = 0
    _rates: Rates = field(default_factory=Rates)

    def take(self, asker: Asker, now: float) -> Taken:
        """Count one question of this asker, if there is room for it."""
        day = day_of(now)
        self._seen += 1
        if day != self._day or self._seen > MOST_REMEMBERED:
            # Each asker has a bucket: they are let go now and then, which lets nobody ask more than a second's worth.
            self._day, self._seen, self._rates = day, 0, Rates()
        used = self.counts.used(asker.name, day)
        if used >= asker.per_day:
            return self._refuse("quota-exceeded", asker, used, now, seconds_left(now))
        wait = self._rates.take(asker.name, self.per_second, now)
        if wait:
            return self._refuse("rate-limited", asker, used, now, int(wait) + 1)
        self.counts.add(asker.name, day)
        return Taken("", self._told(asker, used + 1, now))

    def _refuse(self, why: str, asker: Asker, used: int, now: float, wait_s: int) -> Taken:
        self.refused[why] = self.refused.get(why, 0) + 1
        return Taken(why, {**self._told(asker, used, now), "retry-after": str(wait_s)})

    def _told(self, asker: Asker, used: int, now: float) -> dict[str, str]:
        return {
            "ratelimit-policy": f'"day";q={asker.per_day};w={_DAY_S}, "second";q={self.per_second};w=1',
            "ratelimit": f'"day";r={max(0, asker.per_day - used)};t={seconds_left(now)}',
        }
