"""Figures are kept by the minute: whole, once, whatever happens to the database meanwhile."""

import asyncio
from typing import Any

import psycopg
from hypothesis import given
from hypothesis import strategies as st
from psycopg.rows import dict_row

from haihe.gateway.minutes import MOST_MINUTES, Minutes, MinutesWriter
from haihe.gateway.tally import SECONDS, Key, Tally
from haihe.gateway.testing import ASKER, SERVICE, Door, question
from haihe.gateway.tests.conftest import LIU, WANG

MINUTE = 29_000_000
KEY = Key(ASKER, "120012", SERVICE, "VERIFY")


def call(tally: Tally, times: int = 1) -> None:
    cell = tally.cell(KEY)
    cell.numbers[0] += times
    cell.numbers[SECONDS] += times * 0.0005


def calls(minutes: Minutes) -> dict[int, int]:
    return {row.minute: row.calls for row in minutes.rows()}


def test_what_was_counted_belongs_to_the_minute_in_which_it_was() -> None:
    tally = Tally()
    minutes = Minutes(tally)
    call(tally, 3)
    minutes.take(now=MINUTE * 60 + 50)
    call(tally, 2)
    minutes.take(now=MINUTE * 60 + 60)  # on the stroke of the next minute
    call(tally)
    minutes.take(now=MINUTE * 60 + 70)
    assert calls(minutes) == {MINUTE: 5, MINUTE + 1: 1}


def test_what_is_written_and_did_not_change_is_not_written_again() -> None:
    tally = Tally()
    minutes = Minutes(tally)
    call(tally)
    minutes.take(now=MINUTE * 60 + 10)
    minutes.written(minutes.rows())
    minutes.take(now=MINUTE * 60 + 20)
    assert minutes.rows() == []
    call(tally)
    minutes.take(now=MINUTE * 60 + 30)
    assert calls(minutes) == {MINUTE: 2}  # the whole minute, not what came to it


def test_a_database_that_is_away_for_long_costs_the_oldest_minutes_only() -> None:
    tally = Tally()
    minutes = Minutes(tally)
    for n in range(MOST_MINUTES + 5):
        call(tally)
        minutes.take(now=(MINUTE + n) * 60 + 30)
    assert list(calls(minutes)) == list(range(MINUTE + 5, MINUTE + 5 + MOST_MINUTES))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.booleans()), max_size=40))
def test_nothing_is_lost_and_nothing_twice(turns: list[tuple[int, int, bool]]) -> None:
    tally, now, table, sent = Tally(), MINUTE * 60.0, dict[int, int](), 0
    minutes = Minutes(tally)
    for passed, times, database_is_there in turns:
        now += passed
        sent += times
        if times:
            call(tally, times)
        minutes.take(now=now)
        rows = minutes.rows()
        if database_is_there:
            table |= {row.minute: row.calls for row in rows}
            minutes.written(rows)
    table |= calls(minutes)
    assert sum(table.values()) == sent


def kept(url: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute("SELECT * FROM gateway_figures ORDER BY at").fetchall()


def test_gateways_add_up_in_the_table(door: Door, stand_in: str) -> None:
    async def write(*, twice: bool) -> None:
        writer = MinutesWriter(Minutes(Tally()), database_url=stand_in, clock=door.clock)
        writer._minutes = Minutes(door.commits.tally)
        door.post(question(LIU.id_number))
        door.post(question(WANG.id_number))
        await writer.write()
        if twice:
            writer._minutes._unwritten |= {(int(door.now) // 60, key) for key in door.commits.tally.copy()}
            await writer.write()
        await writer._hang_up()

    asyncio.run(write(twice=True))
    asyncio.run(write(twice=False))
    rows = kept(stand_in)
    assert len({row["gateway"] for row in rows}) == 2
    assert [(row["calls"], row["match"], row["unknown"], row["faults"]) for row in rows] == [(2, 1, 1, 0)] * 2
    assert [(row["consumer"], row["owner"], row["service"], row["kind"]) for row in rows] == [KEY] * 2
    assert rows[0]["told"] == {"RECORD_IN_DOUBT": 1}
    assert sum(rows[0]["buckets"]) == 2


def test_a_database_that_is_away_is_waited_for(door: Door, stand_in: str) -> None:
    async def write() -> None:
        writer = MinutesWriter(
            Minutes(door.commits.tally), database_url="postgresql://nobody@127.0.0.1:1/x", clock=door.clock
        )
        door.post(question(LIU.id_number))
        await writer.write()
        writer._url = stand_in
        await writer.write()
        await writer._hang_up()

    asyncio.run(write())
    assert [row["calls"] for row in kept(stand_in)] == [1]
