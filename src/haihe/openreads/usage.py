"""How often each dataset was asked and downloaded, and each key used, by the city's days: counted here, kept in the
database.

What couldn't be written yet waits in memory, and over a stop in a file; a killed process loses what it counted in the
last seconds.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec
import psycopg

from haihe.gateway.quota import date_of, day_of

CALL, DOWNLOAD, KEY = "CALL", "DOWNLOAD", "KEY"
FILE = "open-usage.json"
_WRITE = """
INSERT INTO open_data_usage (dataset, day, kind, count)
SELECT told.dataset, told.day, told.kind, told.count
FROM unnest(%s::text[], %s::date[], %s::text[], %s::bigint[]) AS told (dataset, day, kind, count)
WHERE EXISTS (SELECT FROM openreads_dataset AS known WHERE known.slug = told.dataset)
ON CONFLICT (dataset, day, kind) DO UPDATE SET count = open_data_usage.count + excluded.count
"""
_WRITE_KEYS = """
INSERT INTO open_data_key_usage (key_id, day, count)
SELECT told.key, told.day, told.count FROM unnest(%s::uuid[], %s::date[], %s::bigint[]) AS told (key, day, count)
WHERE EXISTS (SELECT FROM openreads_key AS known WHERE known.id = told.key)
ON CONFLICT (key_id, day) DO UPDATE SET count = open_data_key_usage.count + excluded.count
"""


class _Line(msgspec.Struct, frozen=True, array_like=True):
    """`dataset` is the key's id where `kind` is KEY."""

    dataset: str
    day: str
    kind: str


class Usage:
    """Lives in the loop's thread. `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: dict[_Line, int] = {}

    def count(self, dataset: str, kind: str, *, key: str = "") -> None:
        """Count one answer of a dataset, and of the key that it was given to, if to any."""
        day = date_of(day_of(self._clock()))
        for line in (_Line(dataset, day, kind), *([_Line(key, day, KEY)] if key else ())):
            self._counts[line] = self._counts.get(line, 0) + 1

    def told(self) -> dict[tuple[str, str, str], int]:
        """Return what waits, by dataset, day and kind."""
        return {(line.dataset, line.day, line.kind): count for line, count in self._counts.items()}

    async def write(self, connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        """Write down what waits; it goes on waiting where that fails. Raises: psycopg.Error."""
        counts = dict(self._counts)
        if not counts:
            return
        datasets = [line for line in counts if line.kind != KEY]
        keys = [line for line in counts if line.kind == KEY]
        async with connection.transaction():
            told = [[line.dataset for line in datasets], [line.day for line in datasets]]
            kinds, numbers = [line.kind for line in datasets], [counts[line] for line in datasets]
            await connection.execute(_WRITE, (*told, kinds, numbers))
            told = [[line.dataset for line in keys], [line.day for line in keys]]
            await connection.execute(_WRITE_KEYS, (*told, [counts[line] for line in keys]))
        for line, count in counts.items():
            self._counts[line] -= count
            if not self._counts[line]:
                del self._counts[line]

    def save(self, folder: Path) -> None:
        """Keep what waits over a stop."""
        if self._counts:
            (folder / FILE).write_bytes(msgspec.json.encode(list(self._counts.items())))

    def load(self, folder: Path) -> None:
        """Take over what waited when the process stopped."""
        file = folder / FILE
        if file.exists():
            self._add(dict(msgspec.json.decode(file.read_bytes(), type=list[tuple[_Line, int]])))
            file.unlink()

    def _add(self, counts: dict[_Line, int]) -> None:
        for line, count in counts.items():
            self._counts[line] = self._counts.get(line, 0) + count
