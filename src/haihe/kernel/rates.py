"""How fast something is asked: a token bucket for each name, of this process alone.

A bucket holds what may be asked in one second, and fills in one: no second lets more than twice the rate through.
"""


class _Bucket:
    __slots__ = ("at", "level")

    def __init__(self, level: float, at: float) -> None:
        self.level, self.at = level, at


class Rates:
    """Not shared between threads. Names that nobody uses any more cost some 200 bytes each until the next start."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}

    def take(self, name: str, rate: int, now: float) -> float:
        """Take one request's worth, at so many a second. Return 0.0, or in how many seconds there will be enough."""
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = _Bucket(rate, now)
        level = bucket.level
        if now > bucket.at:
            level += (now - bucket.at) * rate
        # A clock set back fills nothing, and from there on counts anew.
        bucket.at = now
        if level > rate:
            level = rate
        if level < 1.0:
            bucket.level = level
            return (1.0 - level) / rate
        bucket.level = level - 1.0
        return 0.0

    def left(self, name: str, rate: int) -> int:
        """Return how many more requests would be let through at the moment of the last one."""
        bucket = self._buckets.get(name)
        return rate if bucket is None else int(bucket.level)
