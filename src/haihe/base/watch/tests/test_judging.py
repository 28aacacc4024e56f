"""An alert opens after enough minutes out of bounds, closes after enough well below, and never flaps in between."""

from hypothesis import given
from hypothesis import strategies as st

from haihe.base.watch.judging import Judged, Limits, judge
from haihe.base.watch.rules import RULES

LIMITS = Limits(opens=5, closes=2, minutes=3)
QUIET = Judged(False, 0)


def states(values: list[float], limits: Limits = LIMITS, start: Judged = QUIET) -> list[bool]:
    told, judged = [], start
    for value in values:
        judged = judge(limits, judged, value)
        told.append(judged.is_open)
    return told


def test_it_opens_after_so_many_minutes_on_end() -> None:
    assert states([9, 9, 4, 9, 9, 9]) == [False, False, False, False, False, True]


def test_it_closes_after_so_many_minutes_of_calm() -> None:
    assert states([9, 9, 9, 1, 1, 3, 1, 1, 1]) == [False, False, True, True, True, True, True, True, False]


def test_between_the_limits_it_stays_what_it_is() -> None:
    assert states([4.9] * 50) == [False] * 50
    assert states([2.1] * 50, start=Judged(True, 0)) == [True] * 50


@st.composite
def some_limits(draw: st.DrawFn) -> Limits:
    opens = draw(st.floats(0.1, 100))
    return Limits(opens, draw(st.floats(0.05, opens)), draw(st.integers(1, 10)))


@given(some_limits(), st.lists(st.floats(0, 200), max_size=200))
def test_every_change_has_its_minutes_behind_it(limits: Limits, values: list[float]) -> None:
    told = states(values, limits)
    changes = [n for n in range(len(told)) if told[n] != (told[n - 1] if n else False)]
    for before, after in zip([-1, *changes], changes, strict=False):
        assert after - before >= limits.minutes
        minutes = values[after - limits.minutes + 1 : after + 1]
        assert (
            all(value >= limits.opens for value in minutes) if told[after] else all(v < limits.closes for v in minutes)
        )


@given(some_limits())
def test_a_value_that_jumps_each_minute_changes_nothing(limits: Limits) -> None:
    if limits.minutes > 1:
        values = [limits.opens if n % 2 else 0.0 for n in range(100)]
        assert not any(states(values, limits))
        assert all(states(values, limits, start=Judged(True, 0)))


@given(some_limits(), st.booleans(), st.integers(1, 10))
def test_out_of_bounds_for_good_means_open_and_well_for_good_means_closed(
    limits: Limits, is_open: bool, streak: int
) -> None:
    start = Judged(is_open, min(streak, limits.minutes - 1))
    assert states([limits.opens] * (limits.minutes + 1), limits, start)[-1]
    assert not states([0.0] * (limits.minutes + 1), limits, start)[-1]


def test_the_rules_that_come_with_it_cannot_flap() -> None:
    for rule in RULES.values():
        assert 0 < rule.limits.closes <= rule.limits.opens
        assert 1 <= rule.limits.minutes <= 60
