"""Buckets of time: how long things took, kept as sixteen counts, and the quantiles read from them."""

from bisect import bisect_left
from collections.abc import Sequence

BOUNDS_S = (0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds, inclusive; one more bucket holds what took longer. Stored counts rest on them: they never change."""
BUCKETS = len(BOUNDS_S) + 1


def bucket_of(seconds: float) -> int:
    """Return the number of the bucket that a time falls into."""
    return bisect_left(BOUNDS_S, seconds)


def quantile(counts: Sequence[int], share: float) -> float | None:
    """Return the time in seconds that `share` (0 to 1) of all stayed within; None where nothing was counted.

    Within a bucket times are taken to lie evenly, as Prometheus does; beyond the last bound it is the bound itself.
    """
    rank, below = share * sum(counts), 0
    if rank <= 0:
        return None
    for place, count in enumerate(counts[: len(BOUNDS_S)]):
        if count and below + count >= rank:
            lower = BOUNDS_S[place - 1] if place else 0.0
            return lower + (BOUNDS_S[place] - lower) * (rank - below) / count
        below += count
    return BOUNDS_S[-1]
