"""DuckDB as this room uses it: in memory, bounded, spilling beside its work, never reaching out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY_LIMIT = "256MB"
_THREADS = 2


@contextmanager
def duck(folder: Path, *, memory: str = MEMORY_LIMIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine that spills into the folder: nothing plain of anybody may go in, for its spill is plain.

    It may be used for one piece of work and is closed after it.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": _THREADS,
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        yield connection


def name(identifier: str) -> str:
    """Quote a column's name for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str | Path) -> str:
    """Quote a text for SQL where a parameter can't stand (COPY's target, column types)."""
    return "'" + str(value).replace("'", "''") + "'"
