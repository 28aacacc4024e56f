"""How much each may ask: so many questions a day and so many a second, by key, or by address without one.

The headers are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says what holds, `RateLimit` what is
left. Counts are this process's own.
"""

from dataclasses import dataclass, field

from haihe.gateway.quota import day_of, seconds_left
from haihe.gateway.rates import Rates
from haihe.openreads.picture import Key

ANONYMOUS_PER_DAY = 10_000
PER_SECOND = 50
_DAY_S = 86_400
_MOST_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the holder of a key, or an address."""

    name: str
    per_day: int

    @classmethod
    def of(cls, key: Key | None, peer: str) -> "Asker":
        return (
            cls(f"address {peer}", ANONYMOUS_PER_DAY)
            if key is None
            else cls(f"key {key.hash.hex()}", key.quota_per_day)
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """`problem` is why it was refused, "" if it was not; `headers` are whole lines."""

    problem: str
    headers: str


@dataclass(slots=True)
class Allowance:
    """Lives in the loop's thread."""

    per_second: int = PER_SECOND
    _day: int = 0
    _used: dict[str, int] = field(default_factory=dict)
    _rates: Rates = field(default_factory=Rates)

    def take(self, asker: Asker, now: float) -> Taken:
        """Count one question of this asker, if there is room for it."""
        if (day := day_of(now)) != self._day or len(self._used) > _MOST_REMEMBERED:
            self._day, self._used, self._rates = day, {}, Rates()
        used = self._used.get(asker.name, 0)
        if used >= asker.per_day:
            return Taken("quota-exceeded", self._told(asker, used, now) + f"retry-after: {seconds_left(now)}\r\n")
        wait = self._rates.take_at(asker.name, self.per_second, now)
        if wait:
            return Taken("rate-limited", self._told(asker, used, now) + f"retry-after: {int(wait) + 1}\r\n")
        self._used[asker.name] = used + 1
        return Taken("", self._told(asker, used + 1, now))

    def _told(self, asker: Asker, used: int, now: float) -> str:
        return (
            f'ratelimit-policy: "day";q={asker.per_day};w={_DAY_S}, "second";q={self.per_second};w=1\r\n'
            f'ratelimit: "day";r={max(0, asker.per_day - used)};t={seconds_left(now)}\r\n'
        )
