"""DuckDB as the open platform uses it: read-only files of ours, bounded in memory and time, never reaching out.

One engine serves all datasets of a process, so that what it may take is told once.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from haihe.data.open.store.trouble import TooCostly

MEMORY = "512MB"
SPILL = "2GB"
THREADS = 2
type _Settings = dict[str, str | bool | int | float | list[str]]


def settings(spill: Path | None, *, memory: str = MEMORY, threads: int = THREADS) -> _Settings:
    """Return how an engine is set up."""
    told: _Settings = {
        "memory_limit": memory,
        "threads": threads,
        "default_null_order": "nulls_first_on_asc_last_on_desc",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "max_temp_directory_size": SPILL if spill else "0KB",
    }
    return told | ({"temp_directory": str(spill)} if spill else {})


def quoted(text: str) -> str:
    """Quote a text of our own where a mark can't stand: the path of a file, a name in an address."""
    return "'" + text.replace("'", "''") + "'"


class Engine:
    """May be used by any number of threads."""

    def __init__(self, *, spill: Path | None = None, memory: str = MEMORY, threads: int = THREADS) -> None:
        self._connection = duckdb.connect(":memory:", config=settings(spill, memory=memory, threads=threads))
        self._numbers = count()
        # Who lets go of a version may be in the middle of attaching another.
        self._lock = threading.RLock()

    def attach(self, file: Path) -> str:
        """Open a file of figures; return the name under which its tables stand."""
        with self._lock:
            name = f"store_{next(self._numbers)}"
            self._connection.execute(f"ATTACH {quoted(str(file))} AS {name} (READ_ONLY)")
        return name

    def detach(self, name: str) -> None:
        with self._lock:
            self._connection.execute(f"DETACH {name}")

    def rows(self, statement: str, values: Sequence[object], *, limit_s: float) -> list[tuple[Any, ...]]:
        """Return all rows of an answer. Raises: TooCostly."""
        with closing(self._cursor()) as cursor, _bounded(cursor, limit_s):
            return cursor.execute(statement, list(values)).fetchall()

    def stream(self, statement: str, values: Sequence[object], *, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield an answer of any size in batches, made as they are taken. Raises: TooCostly."""
        with closing(self._cursor()) as cursor, _bounded(cursor, None):
            reader = cursor.sql(statement, params=list(values)).to_arrow_reader(rows)
            yield from reader

    def close(self) -> None:
        self._connection.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            return self._connection.cursor()


@contextmanager
def _bounded(cursor: duckdb.DuckDBPyConnection, limit_s: float | None) -> Iterator[None]:
    watch = threading.Timer(limit_s, cursor.interrupt) if limit_s is not None else None
    if watch is not None:
        watch.daemon = True
        watch.start()
    try:
        yield
    except duckdb.InterruptException as late:
        raise TooCostly(
            f"这个查询超过 {limit_s:g} 秒，已经停止。请增加条件缩小范围，或者下载整个文件。",
            f"This query was stopped after {limit_s:g} s. Narrow it by conditions, or take the whole file.",
        ) from late
    except duckdb.OutOfMemoryException as large:
        raise TooCostly(
            "这个查询需要的内存超过限额，已经停止。请增加条件缩小范围，或者下载整个文件。",
            "This query needs more memory than one query gets. Narrow it by conditions, or take the whole file.",
        ) from large
    finally:
        if watch is not None:
            watch.cancel()
