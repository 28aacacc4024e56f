"""DuckDB as this room uses it: in memory, bounded, spilling beside its work, never reaching out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY_LIMIT = "256MB"
_THREADS = 2
# Six joined lines of 64 KiB, sealed and in base64, stay below; the reader sets sixteen times as much aside.
_MOST_LINE_BYTES = 1024 * 1024


@contextmanager
def duck(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine that spills into the folder. It may be used for one piece of work and is closed after it."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
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


def csv_rows(file: Path, columns: Mapping[str, str]) -> str:
    """Return the SQL that reads a staging file of our own, whose columns and their types are given in order."""
    types = ", ".join(f"{text(column)}: {text(kind)}" for column, kind in columns.items())
    return (
        # Nothing but our own names and quoted texts goes in.
        f"SELECT * FROM read_csv({text(file)}, header = false, auto_detect = false, delim = ',', quote = '\"', "  # noqa: S608
        f"escape = '\"', nullstr = '', max_line_size = {_MOST_LINE_BYTES}, columns = {{{types}}})"
    )
