"""Figures that gateways kept come back as sums: over time, by service, with the reasons."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from haihe.base.watch.figures import STRETCHES, Which, by_service, of_last_minutes, over_time
from haihe.base.watch.keeping import forget_old, sum_up
from haihe.base.watch.testing import keep

NOW = datetime(2026, 11, 25, 10, 30, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
ALL = Which()
pytestmark = pytest.mark.django_db


def ago(**back: int) -> datetime:
    return NOW - timedelta(**back)


def relief(at: datetime, *, consumer: str = "120040", service: str = "relief-status", **more: object) -> None:
    keep(at=at, consumer=consumer, owner="120012", service=service, **more)  # type: ignore[arg-type]  # as told


def test_every_point_is_there_and_two_gateways_add_up() -> None:
    relief(ago(minutes=5), answers={"MATCH": 3, "NO_MATCH": 1})
    relief(ago(minutes=5), answers={"MATCH": 2}, gateway="two")
    points = over_time(ALL, STRETCHES["1h"], now=NOW)
    assert len(points) == 60
    assert points[-1].at == NOW.replace(second=0)
    assert [(p.at, p.figures.calls, p.figures.match) for p in points if p.figures.calls] == [
        (ago(minutes=5).replace(second=0), 6, 5)
    ]


def test_a_minute_that_is_told_again_counts_once() -> None:
    relief(ago(minutes=1), answers={"MATCH": 3})
    relief(ago(minutes=1), answers={"MATCH": 4})
    assert over_time(ALL, STRETCHES["1h"], now=NOW)[-2].figures.match == 4


@pytest.mark.parametrize(("stretch", "back"), [("24h", 20), ("7d", 20), ("30d", 20)])
def test_longer_stretches_are_read_from_sums(stretch: str, back: int) -> None:
    relief(ago(hours=back), answers={"MATCH": 3}, told={"SOURCE_STALE": 1})
    relief(ago(hours=back, minutes=-1), answers={"FOUND": 1}, gateway="two", told={"SOURCE_STALE": 2, "no-grant": 1})
    assert sum_up(now=NOW, all_of_it=True) == 2
    assert sum_up(now=NOW, all_of_it=True) == 2  # again: the same
    points = over_time(ALL, STRETCHES[stretch], now=NOW)
    assert [p.figures.calls for p in points if p.figures.calls] == [4]
    (line,) = by_service(ALL, STRETCHES[stretch], now=NOW)
    assert (line.figures.match, line.figures.found, line.told) == (3, 1, {"SOURCE_STALE": 3, "no-grant": 1})
    assert sum(line.figures.buckets) == 4


def test_a_day_is_the_citys_day() -> None:
    midnight = NOW.replace(hour=0, minute=0, second=0)
    relief(midnight - timedelta(minutes=1), answers={"MATCH": 1})
    relief(midnight, answers={"MATCH": 2})
    sum_up(now=NOW, all_of_it=True)
    assert [p.figures.calls for p in over_time(ALL, STRETCHES["30d"], now=NOW)][-2:] == [1, 2]


def test_one_sees_whose_figures_one_asks_for() -> None:
    at = ago(minutes=3)
    relief(at, answers={"MATCH": 1})
    relief(at, consumer="120050", answers={"MATCH": 2})
    keep(at=at, consumer="120012", owner="120040", service="fund-account", answers={"FOUND": 4})
    stretch = STRETCHES["1h"]

    def calls(which: Which) -> dict[str, int]:
        lines = by_service(which, stretch, now=NOW)
        assert sum(p.figures.calls for p in over_time(which, stretch, now=NOW)) == sum(x.figures.calls for x in lines)
        return {f"{line.consumer}>{line.service}": line.figures.calls for line in lines}

    civil = frozenset({"120012"})
    assert calls(Which(owners=civil)) == {"120050>relief-status": 2, "120040>relief-status": 1}
    assert calls(Which(consumers=civil)) == {"120012>fund-account": 4}
    assert len(calls(Which(consumers=civil, owners=civil))) == 3
    assert calls(Which(consumers=frozenset(), owners=frozenset())) == {}
    assert calls(Which(service="fund-account")) == {"120012>fund-account": 4}


def test_shares_and_times_are_worked_out() -> None:
    relief(ago(minutes=2), answers={"MATCH": 96, "UNKNOWN": 2}, refused=2, faults=2, took_s=0.004)
    (line,) = by_service(ALL, STRETCHES["1h"], now=NOW)
    assert (line.figures.refused_share, line.figures.fault_share) == (0.02, 0.02)
    assert 2.5 < (line.figures.quantile_ms(0.99) or 0) <= 5
    assert line.figures.answers == 98


def test_rules_look_at_whole_minutes_only() -> None:
    relief(ago(minutes=0), answers={"MATCH": 1})
    relief(ago(minutes=1), answers={"MATCH": 2})
    relief(ago(minutes=5), answers={"MATCH": 4})
    relief(ago(minutes=6), answers={"MATCH": 8})
    found = of_last_minutes(5, now=NOW)
    assert {key: figures.calls for key, figures in found.items()} == {("120012", "relief-status"): 6}


def test_old_figures_are_forgotten() -> None:
    for back in (1, 3, 89, 91):
        relief(ago(days=back), answers={"MATCH": 1})
        sum_up(now=ago(days=back), all_of_it=True)
    assert forget_old(now=NOW) == 3 + 1 + 1  # three minutes; an hour and a day of 91 days ago
    assert sum(p.figures.calls for p in over_time(ALL, STRETCHES["30d"], now=NOW)) == 2
