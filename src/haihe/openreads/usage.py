"""How often each dataset was asked and downloaded, by the city's days: counted here, kept in the database.

What couldn't be written yet waits in memory, and over a stop in a file; a killed process loses what it counted in the
last seconds.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec
import psycopg

from haihe.gateway.quota import date_of, day_of

CALL, DOWNLOAD = "CALL", "DOWNLOAD"
FILE = "open-usage.json"
_WRITE = """
INSERT INTO open_data_usage (dataset, day, kind, count)
SELECT told.dataset, told.day, told.kind, told.count
FROM unnest(%s::text[], %s::date[], %s::text[], %s::bigint[]) AS told (dataset, day, kind, count)
WHERE EXISTS (SELECT FROM openreads_dataset AS known WHERE known.slug = told.dataset)
ON CONFLICT (dataset, day, kind) DO UPDATE SET count = open_data_usage.count + excluded.count
"""


class _Line(msgspec.Struct, frozen=True, array_like=True):
    dataset: str
    day: str
    kind: str


class Usage:
    """Lives in the loop's thread. `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: dict[_Line, int] = {}

    def count(self, dataset: str, kind: str) -> None:
        line = _Line(dataset, date_of(day_of(self._clock())), kind)
        self._counts[line] = self._counts.get(line, 0) + 1

    def told(self) -> dict[tuple[str, str, str], int]:
        """Return what waits, by dataset, day and kind."""
        return {(line.dataset, line.day, line.kind): count for line, count in self._counts.items()}

    async def write(self, connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        """Write down what waits; it goes on waiting where that fails. Raises: psycopg.Error."""
        counts = dict(self._counts)
        if not counts:
            return
        columns = [[line.dataset for line in counts], [line.day for line in counts], [line.kind for line in counts]]
        await connection.execute(_WRITE, (*columns, list(counts.values())))
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
