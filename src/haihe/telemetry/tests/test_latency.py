"""Quantiles read from buckets lie where the times lay."""

from hypothesis import given
from hypothesis import strategies as st

from haihe.telemetry.latency import BOUNDS_S, BUCKETS, bucket_of, quantile


def counts_of(times: list[float]) -> list[int]:
    counts = [0] * BUCKETS
    for time in times:
        counts[bucket_of(time)] += 1
    return counts


def test_nothing_has_no_quantile() -> None:
    assert quantile([0] * BUCKETS, 0.99) is None


def test_a_bound_belongs_to_its_bucket() -> None:
    assert [bucket_of(bound) for bound in BOUNDS_S] == list(range(len(BOUNDS_S)))
    assert bucket_of(BOUNDS_S[-1] * 2) == BUCKETS - 1
    assert bucket_of(-1.0) == 0  # a clock set back


@given(st.lists(st.floats(0, 9.9), min_size=1, max_size=200), st.floats(0.01, 1))
def test_a_quantile_lies_in_the_bucket_of_the_time_at_that_rank(times: list[float], share: float) -> None:
    found = quantile(counts_of(times), share)
    assert found is not None
    place = min(len(times) - 1, max(0, -int(-share * len(times) // 1) - 1))
    assert bucket_of(found - 1e-12) <= bucket_of(sorted(times)[place]) + 1
    assert bucket_of(found) >= bucket_of(sorted(times)[place])


@given(st.lists(st.floats(0, 30), min_size=1, max_size=200))
def test_quantiles_never_fall(times: list[float]) -> None:
    counts = counts_of(times)
    found = [quantile(counts, share / 100) or 0 for share in range(1, 101)]
    assert found == sorted(found)
