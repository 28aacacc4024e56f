"""The rate of a grant: a token bucket, told in headers, refused with the seconds to wait."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.gateway.messages import Reply
from haihe.gateway.testing import Door, question
from haihe.gateway.tests.conftest import ZHANG
from haihe.kernel.city_day import seconds_left
from haihe.kernel.rates import Rates

BODY = question(ZHANG)
NOW = 1_700_000_000.0
_LIMITS = re.compile(r"^ratelimit(-policy)?: (.*)$", re.MULTILINE)


def told(reply: Reply) -> tuple[str, str]:
    """Return RateLimit-Policy and RateLimit."""
    (first, policy), (second, left) = _LIMITS.findall(reply.headers)
    assert (first, second) == ("-policy", "")
    return policy.strip(), left.strip()


def header(reply: Reply, name: str) -> str | None:
    found = re.search(rf"^{name}: (.*?)\r?$", reply.headers, re.MULTILINE)
    return found[1] if found else None


def limit(door: Door, **limits: int) -> None:
    door.grant = replace(door.grant, **limits)  # type: ignore[arg-type]  # a table of changes
    door.apply()


def test_so_many_in_one_second_and_more_when_it_is_over(door: Door) -> None:
    limit(door, rate_per_s=3)
    assert [door.post(BODY).status for _ in range(5)] == [200, 200, 200, 429, 429]
    door.now += 0.34
    assert [door.post(BODY).status for _ in range(2)] == [200, 429]


def test_each_answer_tells_what_is_left(door: Door) -> None:
    limit(door, rate_per_s=3, quota_per_day=10)
    policy, left = told(door.post(BODY))
    assert policy == '"rate";q=3;w=1, "day";q=10;w=86400'
    assert left == f'"rate";r=2;t=1, "day";r=9;t={seconds_left(door.now)}'
    assert told(door.post(BODY))[1].startswith('"rate";r=1;t=1, "day";r=8;')


def test_too_fast_is_told_with_the_seconds_to_wait(door: Door) -> None:
    limit(door, rate_per_s=1)
    door.post(BODY)
    reply = door.post(BODY)
    assert json.loads(reply.body)["type"].endswith("rate-limited")
    assert header(reply, "retry-after") == "1"
    assert told(reply)[1].startswith('"rate";r=0;t=1')


def test_a_used_up_day_is_told_with_the_seconds_until_midnight(door: Door) -> None:
    limit(door, quota_per_day=1)
    door.post(BODY)
    reply = door.post(BODY)
    assert json.loads(reply.body)["type"].endswith("quota-exceeded")
    assert header(reply, "retry-after") == str(seconds_left(door.now))
    door.now += seconds_left(door.now)
    door.apply()
    assert door.post(BODY).status == 200


def test_who_holds_no_grant_is_told_no_limits(door: Door) -> None:
    door.grant = replace(door.grant, organisation="120030")
    door.apply()
    assert "ratelimit" not in door.post(BODY).headers


@pytest.mark.parametrize("now", [NOW, NOW - 3600, NOW + 3600])
def test_a_clock_set_anywhere_stops_nobody_for_longer_than_a_moment(now: float) -> None:
    rates, limited = Rates(), 5
    for _ in range(9):
        rates.take("g", limited, NOW)
    rates.take("g", limited, now)
    assert rates.take("g", limited, now + 1.1) == 0.0


@given(
    rate=st.integers(1, 1000),
    gaps=st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=200),
)
def test_no_window_of_time_lets_more_through_than_the_rate_and_one_bucket(rate: int, gaps: list[float]) -> None:
    """The model: whatever passes between any two moments is at most the bucket and what flowed in between them."""
    rates, now = Rates(), NOW
    passed: list[float] = []
    for gap in gaps:
        now += gap
        wait_s = rates.take("g", rate, now)
        assert 0.0 <= wait_s <= 1.0 / rate + 1e-6
        assert 0 <= rates.left("g", rate) <= rate
        if wait_s == 0.0:
            passed.append(now)
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            assert last - first + 1 <= rate + (passed[last] - passed[first]) * rate + 1e-3


@given(rate=st.integers(1, 50), tries=st.integers(1, 200))
def test_a_full_bucket_lets_exactly_the_rate_through_at_once(rate: int, tries: int) -> None:
    rates = Rates()
    assert sum(rates.take("g", rate, NOW) == 0.0 for _ in range(tries)) == min(rate, tries)


@given(rate=st.integers(1, 100))
def test_who_waits_as_told_is_let_through(rate: int) -> None:
    rates, now = Rates(), NOW
    for _ in range(3 * rate):
        wait_s = rates.take("g", rate, now)
        if wait_s:
            now += wait_s + 1e-6
            assert rates.take("g", rate, now) == 0.0
