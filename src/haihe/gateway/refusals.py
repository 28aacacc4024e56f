"""Refusals are recorded one by one up to a rate; beyond it they are counted and the count is recorded.

Otherwise anybody could fill the disk, and the ledger, with rubbish.
"""

from collections import Counter
from dataclasses import dataclass, field

import uuid_utils

from haihe.gateway.record import REFUSED, Record, encode_record, timestamp

RATE_PER_S = 20.0
BURST = 100.0


@dataclass(slots=True)
class _Bucket:
    level: float = BURST
    filled_at: float = 0.0

    def take(self, now: float) -> bool:
        self.level = min(BURST, self.level + max(0.0, now - self.filled_at) * RATE_PER_S)
        self.filled_at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass(slots=True)
class RefusalMeter:
    """One bucket for each known client, one for all strangers."""

    _buckets: dict[str | None, _Bucket] = field(default_factory=dict)
    counted: int = 0
    """How many refusals have got no record of their own so far."""
    _counted: Counter[tuple[str | None, str]] = field(default_factory=Counter)

    def admit(self, client: str | None, slug: str, *, now: float) -> bool:
        """True if this refusal gets its own record; else it is counted. `client` must be a known one."""
        bucket = self._buckets.setdefault(client, _Bucket(filled_at=now))
        if bucket.take(now):
            return True
        self.counted += 1
        self._counted[client, slug] += 1
        return False

    def drain(self, *, now: float) -> list[bytes]:
        """Return one record for each kind of refusal counted since the last call."""
        counted, self._counted = self._counted, Counter()
        return [
            encode_record(
                Record(
                    at=timestamp(now),
                    client=client,
                    evidence=str(uuid_utils.uuid7()),
                    kind=REFUSED,
                    problem=slug,
                    reason=f"COUNTED {times}",
                )
            )
            for (client, slug), times in counted.items()
        ]
