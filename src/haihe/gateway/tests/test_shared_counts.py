"""Several gateways share a grant's day: each tells the others what it answered, and a restart counts nothing twice."""

import asyncio
from pathlib import Path

import psycopg
import uvloop
from psycopg.rows import dict_row

from haihe.gateway.quota import Quotas
from haihe.gateway.shared_counts import SharedCounts, gateway_name
from haihe.gateway.testing import CLIENT, GRANT
from haihe.kernel.city_day import day_of

NOW = 1_700_000_000.0
DAY = day_of(NOW)


class Gateway:
    """One of several, with its own name and counters."""

    def __init__(self, name: str, *, used: int = 0) -> None:
        self.now = NOW
        self.quotas = Quotas(day=DAY, used={GRANT: used} if used else {})
        self.counts = SharedCounts(
            name, self.quotas, clock=lambda: self.now, reserved=frozenset({"_health"}), every_s=0
        )

    def used(self) -> int:
        return self.quotas.used(GRANT, day=DAY)


def exchange(url: str, *gateways: Gateway) -> None:
    async def run() -> None:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True, row_factory=dict_row) as connection:
            for gateway in gateways:
                await gateway.counts.exchange(connection)

    uvloop.run(run())


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return list(connection.execute(query.encode()).fetchall())


def test_each_hears_of_the_others(stand_in: str) -> None:
    one, other, third = Gateway("one"), Gateway("other"), Gateway("third")
    one.quotas.count(GRANT, day=DAY, answers=5)
    other.quotas.count(GRANT, day=DAY, answers=7)
    exchange(stand_in, one, other, third, one)
    assert (one.used(), other.used(), third.used()) == (12, 12, 12)
    one.quotas.count(GRANT, day=DAY)
    assert one.used() == 13
    exchange(stand_in, one, other)
    assert other.used() == 13


def test_a_restart_counts_nothing_twice(stand_in: str) -> None:
    one, other = Gateway("one", used=5), Gateway("other")
    exchange(stand_in, one, other)
    again = Gateway("one", used=5)
    exchange(stand_in, again, other)
    assert (again.used(), other.used()) == (5, 5)


def test_what_was_counted_while_telling_is_told_the_next_time() -> None:
    quotas = Quotas(day=DAY)
    quotas.count(GRANT, day=DAY)
    told = quotas.untold(day=DAY)
    quotas.count(GRANT, day=DAY)
    quotas.settle(told, {}, day=DAY)
    assert quotas.untold(day=DAY) == {GRANT: 2}
    quotas.settle({GRANT: 2}, {}, day=DAY)
    assert quotas.untold(day=DAY) == {}


def test_yesterdays_sums_are_not_todays(stand_in: str) -> None:
    one, other = Gateway("one"), Gateway("other")
    one.quotas.count(GRANT, day=DAY, answers=5)
    exchange(stand_in, one, other)
    assert other.quotas.used(GRANT, day=DAY + 1) == 0
    other.quotas.settle({}, {GRANT: 99}, day=DAY)
    assert other.quotas.used(GRANT, day=DAY + 1) == 0


def test_the_gateways_own_questions_are_nobodys(stand_in: str) -> None:
    one = Gateway("one")
    one.quotas.count("_health", day=DAY)
    one.counts.see(("_health", ""), NOW)
    exchange(stand_in, one)
    assert rows(stand_in, "SELECT * FROM gateway_use") == rows(stand_in, "SELECT * FROM gateway_key_use") == []


def test_the_last_use_of_a_key_is_kept_to_the_minute(stand_in: str) -> None:
    one = Gateway("one")
    for at, kept in ((NOW, NOW), (NOW + 30, NOW), (NOW + 90, NOW + 90), (NOW + 5, NOW + 90)):
        one.counts.see((CLIENT, "k1"), at)
        exchange(stand_in, one)
        query = "SELECT client_id, key_id, extract(epoch FROM used_at)::float8 FROM gateway_key_use"
        assert rows(stand_in, query) == [(CLIENT, "k1", kept)]


def test_a_gateway_keeps_its_name(tmp_path: Path) -> None:
    name = gateway_name(tmp_path)
    assert gateway_name(tmp_path) == name
    assert len(name) == 32


def test_it_is_done_at_most_once_a_second(stand_in: str) -> None:
    quotas = Quotas(day=DAY)
    shared_counts = SharedCounts("one", quotas, clock=lambda: NOW, reserved=frozenset())

    async def run() -> None:
        async with await psycopg.AsyncConnection.connect(stand_in, autocommit=True, row_factory=dict_row) as connection:
            await shared_counts.exchange(connection)
            quotas.count(GRANT, day=DAY)
            await shared_counts.exchange(connection)

    asyncio.run(run())
    assert quotas.untold(day=DAY) == {GRANT: 1}
