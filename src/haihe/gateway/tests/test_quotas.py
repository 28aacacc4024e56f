"""The daily quota: the last allowed question is answered, the next refused, and a restart forgets nothing."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from haihe.gateway.quota import Quotas
from haihe.gateway.testing import GRANT, Door, question
from haihe.gateway.tests.conftest import LIU, ZHANG
from haihe.kernel.city_day import date_of, day_of

MIDNIGHT = 1_700_000_000 // 86_400 * 86_400 + 16 * 3600
"""Midnight in the city."""


def limit(door: Door, quota: int) -> None:
    door.grant = replace(door.grant, quota_per_day=quota)
    door.apply()


def ask(door: Door) -> int:
    return door.post(question(ZHANG)).status


def test_the_quota_holds_exactly(door: Door) -> None:
    limit(door, 2)
    assert [ask(door) for _ in range(4)] == [200, 200, 429, 429]


def test_refusals_use_up_no_quota(door: Door) -> None:
    limit(door, 1)
    assert door.post(question("120103197905121013")).status == 422
    assert door.post(question(LIU.id_number, purpose="OTHER")).status == 403
    assert ask(door) == 200


def test_the_days_use_survives_a_restart(door: Door) -> None:
    limit(door, 3)
    assert ask(door) == ask(door) == 200
    day = day_of(door.now)
    door.desk.quotas = Quotas(day=day, used=door.journal.quotas(day=day))
    assert door.desk.quotas.used(GRANT, day=day) == 2
    assert [ask(door), ask(door)] == [200, 429]


def test_yesterdays_use_is_not_todays(door: Door) -> None:
    ask(door)
    assert door.journal.quotas(day=day_of(door.now) + 1) == {}


def test_the_day_turns_at_midnight_in_the_city() -> None:
    assert day_of(MIDNIGHT) == day_of(MIDNIGHT - 1) + 1
    assert date_of(day_of(MIDNIGHT)) == "2023-11-15"


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.booleans())))
def test_counts_add_up_within_a_day(uses: list[tuple[str, bool]]) -> None:
    quotas, day, expected = Quotas(), 1, {"a": 0, "b": 0}
    for grant, next_day in uses:
        if next_day:
            day, expected = day + 1, {"a": 0, "b": 0}
        expected[grant] += 1
        assert quotas.count(grant, day=day) == expected[grant]
        assert quotas.used(grant, day=day) == expected[grant]
