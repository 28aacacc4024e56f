"""What a rehearsal of a release came to: measured by `haihe scoreday rehearse`, shown on the release's page."""

from typing import Annotated

import msgspec

from haihe.kernel.result_release import Words

type Count = Annotated[int, msgspec.Meta(ge=0)]
type Measure = Annotated[float, msgspec.Meta(ge=0)]
type PerSecond = Annotated[tuple[Count, ...], msgspec.Meta(max_length=7200)]


class Spread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Half were at most `median`, all but one in a hundred at most `p99`."""

    median: Measure
    p99: Measure
    most: Measure

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """Return zeros of nothing."""
        ordered = sorted(values) or [0.0]
        last = len(ordered) - 1
        return cls(*(round(ordered[min(last, int(share * len(ordered)))], 2) for share in (0.5, 0.99, 1.0)))


class Rehearsal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`arrivals`, `answered` and `waiting` go second by second: who came, who was told their result, who stood in line
    at its end. Times are milliseconds where they say `_ms`; a latency counts from the moment at which somebody asked.

    `late_ms` is how long after the promised moment an answer came. `known_ms` and `made_up_ms` are refusals of numbers
    that exist and that don't: were they apart, the time would tell which.
    """

    title: Words
    profile: Words
    machine: str
    at: str
    capacity_per_s: Count
    candidates: Count
    requests: Count
    seconds: Measure
    arrivals: PerSecond
    answered: PerSecond
    waiting: PerSecond
    latency_ms: Spread
    waits_s: Spread
    late_ms: Spread
    promises: Count
    promises_broken: Count
    results: Count
    certificates: Count
    results_wrong: Count
    errors: Count
    mistyped: Count
    made_up: Count
    made_up_refused: Count
    made_up_locked: Count
    shut_out: Count
    known_ms: Spread
    made_up_ms: Spread
    records: Count
    ledger_s: Measure

    @property
    def is_good(self) -> bool:
        """True if everybody got what is theirs, in time, with a record each, and nobody anything else."""
        faults = self.results_wrong + self.errors + self.promises_broken + self.shut_out
        return not faults and self.records == self.results + self.certificates


def read_rehearsal(report: object) -> Rehearsal:
    """Raises: msgspec.ValidationError."""
    return msgspec.convert(report, Rehearsal)
