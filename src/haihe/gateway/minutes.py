"""Figures that are kept: what was counted in each minute, written to the database every ten seconds.

Each process writes the whole of its own minute again and again, so a write that comes twice changes nothing and several
gateways add up. What is not written when a process is killed, ten seconds at most, is missing from the figures; in
the ledger it is all the same.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable

import msgspec
import psycopg

from haihe.gateway.tally import FAILED, REFUSED, SECONDS, UNSERVED, WIDTH, Key, Tally, answers_of
from haihe.telemetry.latency import BUCKETS

EVERY_S = 10.0
MOST_MINUTES = 120
"""So many minutes are held while the database is away; older ones are given up."""
_PATIENCE_S = 5.0
_WRITE = "SELECT gateway_keep_figures(%s, %s::jsonb)"
_log = logging.getLogger("haihe.gateway")

type Counts = tuple[list[float], dict[str, int]]


class Row(msgspec.Struct, frozen=True, gc=False):
    """One minute of one cell. `minute` is Unix time in minutes."""

    minute: int
    consumer: str
    owner: str
    service: str
    kind: str
    calls: int
    answers: dict[str, int]
    refused: int
    faults: int
    seconds: float
    buckets: list[int]
    told: dict[str, int]


class Minutes:
    """What the tally counted, minute by minute, until it is written."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._before: dict[Key, Counts] = tally.copy()
        self._minutes: dict[int, dict[Key, Counts]] = {}
        self._unwritten: set[tuple[int, Key]] = set()

    def take(self, *, now: float) -> None:
        """Put what was counted since the last call into the minute that has been running until `now`."""
        minute, counted = int(now - 0.001) // 60, self._tally.copy()
        for key, (numbers, told) in counted.items():
            before = self._before.get(key)
            if before is None or before[0] != numbers:
                self._add(minute, key, *_since(before, numbers, told))
        self._before = counted
        for old in sorted(self._minutes)[:-MOST_MINUTES]:
            _log.warning("figures of minute %s are given up: the database has been away too long", old)
            self._forget(old)

    def rows(self) -> list[Row]:
        """Return what is to be written: whole minutes of the cells that changed in them."""
        return [_row(minute, key, *self._minutes[minute][key]) for minute, key in sorted(self._unwritten)]

    def written(self, rows: list[Row]) -> None:
        """Note that these are in the database. The last minute is kept: more may come to it."""
        for row in rows:
            self._unwritten.discard((row.minute, Key(row.consumer, row.owner, row.service, row.kind)))
        waiting = {minute for minute, _ in self._unwritten}
        for minute in sorted(self._minutes)[:-1]:
            if minute not in waiting:
                self._forget(minute)

    def _add(self, minute: int, key: Key, numbers: list[float], told: dict[str, int]) -> None:
        cells = self._minutes.setdefault(minute, {})
        have, said = cells.get(key, ([0] * WIDTH, {}))
        cells[key] = (
            [one + more for one, more in zip(have, numbers, strict=True)],
            {name: said.get(name, 0) + told.get(name, 0) for name in said | told},
        )
        self._unwritten.add((minute, key))

    def _forget(self, minute: int) -> None:
        del self._minutes[minute]
        self._unwritten = {one for one in self._unwritten if one[0] != minute}


class MinutesWriter:
    """Writes on a connection of its own; a database that is away is tried again with the next turn."""

    def __init__(self, minutes: Minutes, *, database_url: str, clock: Callable[[], float]) -> None:
        self._minutes, self._url, self._clock = minutes, database_url, clock
        self._gateway = f"{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}"
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None
        self._away = False

    async def run(self) -> None:
        """Write at each tenth second of the clock, until cancelled; then once more."""
        try:
            while True:
                await asyncio.sleep(EVERY_S - self._clock() % EVERY_S)
                await self.write()
        finally:
            await self.write()
            await self._hang_up()

    async def write(self) -> None:
        """Take what was counted and write it."""
        # Aside: with thousands of cells it takes some milliseconds, in which the loop can answer.
        rows = await asyncio.to_thread(self._take)
        if not rows:
            return
        try:
            async with asyncio.timeout(_PATIENCE_S):
                if self._connection is None:
                    self._connection = await psycopg.AsyncConnection.connect(
                        self._url, autocommit=True, application_name="gateway figures"
                    )
                await self._connection.execute(_WRITE, (self._gateway, msgspec.json.encode(rows).decode()))
        except (psycopg.Error, OSError, TimeoutError) as fault:
            if not self._away:
                _log.warning("figures wait for the database: %s", type(fault).__name__)
            self._away = True
            await self._hang_up()
            return
        self._away = False
        self._minutes.written(rows)

    def _take(self) -> list[Row]:
        self._minutes.take(now=self._clock())
        return self._minutes.rows()

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _since(before: Counts | None, numbers: list[float], told: dict[str, int]) -> Counts:
    if before is None:
        return numbers, told
    fewer = [now - then for now, then in zip(numbers, before[0], strict=True)]
    return fewer, {name: n for name, times in told.items() if (n := times - before[1].get(name, 0))}


def _row(minute: int, key: Key, numbers: list[float], told: dict[str, int]) -> Row:
    buckets = [int(count) for count in numbers[:BUCKETS]]
    return Row(
        minute=minute,
        consumer=key.consumer,
        owner=key.owner,
        service=key.service,
        kind=key.kind,
        calls=sum(buckets),
        answers=answers_of(numbers),
        refused=int(numbers[REFUSED]),
        faults=int(numbers[FAILED] + numbers[UNSERVED]),
        seconds=numbers[SECONDS],
        buckets=buckets,
        told=told,
    )
