"""How often each dataset was asked and downloaded, and each key used, by the city's days; kept in the database.

Each process counts into a file of its own (`count_file.py`) and tells the database its *sums*, not what was added:
told twice they are counted once, so neither a killed process nor a broken line loses or doubles any.
`open_data_counted` holds what each counter told, `open_data_usage` what that makes together, in one transaction.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import psycopg

from haihe.data.open.counting import FOLDER, CountFile, hold, rewrite
from haihe.kernel.city_day import date_of, day_of

CALL, DOWNLOAD, KEY = "CALL", "DOWNLOAD", "KEY"
_ENDING: Final = ".uses"
_log = logging.getLogger("haihe.openreads")
_LOOK_FOR_OTHERS_S: Final = 60.0
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7010007))"
_TELL = """
WITH told AS (
    SELECT told.dataset, told.day, told.kind, told.count
    FROM unnest(%(dataset)s::text[], %(day)s::date[], %(kind)s::text[], %(count)s::bigint[])
        AS told (dataset, day, kind, count)
    WHERE EXISTS (SELECT FROM openreads_dataset AS known WHERE known.slug = told.dataset)
), before AS (
    SELECT counted.dataset, counted.day, counted.kind, counted.count
    FROM open_data_counted AS counted JOIN told USING (dataset, day, kind) WHERE counted.counter = %(counter)s
), raised AS (
    INSERT INTO open_data_counted (counter, dataset, day, kind, count)
    SELECT %(counter)s, told.dataset, told.day, told.kind, told.count FROM told
    ON CONFLICT (counter, dataset, day, kind) DO UPDATE SET count = excluded.count
        WHERE open_data_counted.count < excluded.count
    RETURNING dataset, day, kind, count
)
INSERT INTO open_data_usage (dataset, day, kind, count)
SELECT raised.dataset, raised.day, raised.kind, raised.count - coalesce(before.count, 0)
FROM raised LEFT JOIN before USING (dataset, day, kind)
ON CONFLICT (dataset, day, kind) DO UPDATE SET count = open_data_usage.count + excluded.count
"""
_TELL_KEYS = """
WITH told AS (
    SELECT told.key_id, told.day, told.count
    FROM unnest(%(key)s::uuid[], %(day)s::date[], %(count)s::bigint[]) AS told (key_id, day, count)
    WHERE EXISTS (SELECT FROM openreads_key AS known WHERE known.id = told.key_id)
), before AS (
    SELECT counted.key_id, counted.day, counted.count
    FROM open_data_key_counted AS counted JOIN told USING (key_id, day) WHERE counted.counter = %(counter)s
), raised AS (
    INSERT INTO open_data_key_counted (counter, key_id, day, count)
    SELECT %(counter)s, told.key_id, told.day, told.count FROM told
    ON CONFLICT (counter, key_id, day) DO UPDATE SET count = excluded.count
        WHERE open_data_key_counted.count < excluded.count
    RETURNING key_id, day, count
)
INSERT INTO open_data_key_usage (key_id, day, count)
SELECT raised.key_id, raised.day, raised.count - coalesce(before.count, 0)
FROM raised LEFT JOIN before USING (key_id, day)
ON CONFLICT (key_id, day) DO UPDATE SET count = open_data_key_usage.count + excluded.count
"""
type _Connection = psycopg.AsyncConnection[dict[str, object]]


class Usage:
    """Lives in the loop's thread. `clock` gives Unix seconds; without a file it counts in memory alone, for tests."""

    def __init__(self, clock: Callable[[], float], file: Path | None = None) -> None:
        """Raises: OSError; ValueError for a damaged file."""
        self._clock, self._file = clock, file
        self._counts = CountFile(file)
        # What was there before may have been told or not: it is told again, which changes nothing.
        self._untold = set(self._counts.sums())
        self._told: dict[str, int] = {}
        self._told_at = clock()
        self._day, self._look_at = day_of(clock()), 0.0

    def count(self, dataset: str, kind: str, *, key: str = "") -> None:
        """Count one answer of a dataset, and of the key that it was given to, if to any."""
        day = date_of(day_of(self._clock()))
        for line in (f"{day} {kind} {dataset}", *([f"{day} {KEY} {key}"] if key else ())):
            self._counts.add(line)
            self._untold.add(line)

    def told(self) -> dict[tuple[str, str, str], int]:
        """Return what waits, by dataset (or key), day and kind."""
        waiting = {line: self._counts.get(line) - self._told.get(line, 0) for line in self._untold}
        return {(dataset, day, kind): n for line, n in waiting.items() for day, kind, dataset in [line.split(" ", 2)]}

    @property
    def untold(self) -> int:
        """How many lines wait."""
        return len(self._untold)

    def waits_s(self) -> float:
        """Return since when the database wasn't told, 0 if nothing waits."""
        return max(0.0, self._clock() - self._told_at) if self._untold else 0.0

    async def write(self, connection: _Connection) -> None:
        """Tell the database what waits; it goes on waiting where that fails. Raises: psycopg.Error, OSError."""
        sums = {line: self._counts.get(line) for line in self._untold}
        if sums:
            await asyncio.to_thread(self._counts.sync)
            await tell(connection, self._counts.name, sums)
            self._told |= sums
            self._untold = {line for line in self._untold if self._counts.get(line) != sums.get(line)}
        self._told_at = self._clock()
        self._turn()
        if self._file is not None and time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + _LOOK_FOR_OTHERS_S
            await tell_for_others(connection, self._file)

    def close(self) -> None:
        self._counts.close()

    def _turn(self) -> None:
        """Once a day leave out what was told of days that are over."""
        day = day_of(self._clock())
        if self._file is None or day == self._day or self._untold:
            return
        self._day, fresh = day, (date_of(day), date_of(day - 1))
        self._counts.close()
        rewrite(self._file, without={line for line in self._told if not line.startswith(fresh)})
        self._counts = CountFile(self._file)
        self._told = {line: self._told.get(line, 0) for line in self._counts.sums()}


async def tell(connection: _Connection, counter: str, sums: Mapping[str, int]) -> None:
    """Tell the database a counter's sums by line. One at a time for each counter. Raises: psycopg.Error."""
    lines = [(*line.split(" ", 2), count) for line, count in sums.items()]
    uses = [line for line in lines if line[1] != KEY]
    keys = [line for line in lines if line[1] == KEY]
    async with connection.transaction():
        await connection.execute(_LOCK, (counter,))
        await connection.execute(_TELL, _columns(uses, "day", "kind", "dataset", "count") | {"counter": counter})
        await connection.execute(_TELL_KEYS, _columns(keys, "day", "kind", "key", "count") | {"counter": counter})


def _columns(lines: Sequence[Sequence[object]], *names: str) -> dict[str, object]:
    return {name: [line[place] for line in lines] for place, name in enumerate(names)}


async def tell_for_others(connection: _Connection, own: Path) -> None:
    """Tell what was left by processes beside this one that ended and have none after them. Raises: psycopg.Error."""
    for file in sorted(own.parent.glob(f"*{_ENDING}")):
        held = hold(own.parent, int(file.stem)) if file != own and file.stem.isdecimal() else None
        if held is None:
            continue
        try:
            left = CountFile(file)
            if sums := left.sums():
                await tell(connection, left.name, sums)
            left.close()
        except ValueError as damaged:
            _log.error("%s stays untold: %s", file, damaged)
        finally:
            os.close(held)


def file_of(data_dir: Path, number: int) -> Path:
    """Return the file of the process that has this number."""
    return data_dir / FOLDER / f"{number}{_ENDING}"
