"""DuckDB in this process: bounded memory, spilling beside its work, never reaching out."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from haihe.data.matching.engines.ports import JUDGED, Engine, EngineCancelled, Judged, counted
from haihe.data.matching.plan import Plan, view_of

MEMORY_LIMIT: Final = "1536MB"
_THREADS: Final = 2
_LOOK_EVERY_S: Final = 0.5


class DuckdbEngine:
    """`cancelled` is asked twice a second while a query runs; `progress` hears its share, 0 to 1."""

    name = "duckdb"

    def __init__(
        self,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[float], None] = lambda _: None,
        memory_limit: str = MEMORY_LIMIT,
    ) -> None:
        self._cancelled = cancelled
        self._progress = progress
        self._memory_limit = memory_limit

    def run(self, plan: Plan, folder: Path) -> Judged:
        target = folder / JUDGED
        with self._open(folder) as connection:
            for name, table in plan.views.items():
                connection.execute(f"CREATE VIEW {view_of(name)} AS {rows_of(table.file)}")
            ordered = f"{plan.sql('duckdb')} ORDER BY line_{next(iter(plan.views))}"
            self._watched(connection, f"COPY ({ordered}) TO {_text(target)} (FORMAT parquet, COMPRESSION zstd)")
            counts = "SELECT outcome, count(*) FROM read_parquet($file) GROUP BY 1"
            found = connection.execute(counts, {"file": str(target)}).fetchall()
        return Judged(target, counted(plan, dict(found)))

    @contextmanager
    def _open(self, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self._memory_limit,
            "threads": _THREADS,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with duckdb.connect(":memory:", config=settings) as connection:
            connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
            yield connection

    def _watched(self, connection: duckdb.DuckDBPyConnection, statement: str) -> None:
        """Run the statement beside this thread, so that whoever is told and asked is called on this one."""
        failures: list[Exception] = []

        def work() -> None:
            try:
                connection.execute(statement)
            except Exception as failure:
                failures.append(failure)

        worker = threading.Thread(target=work, name="matching-query", daemon=True)
        worker.start()
        stopped = False
        while worker.is_alive():
            worker.join(_LOOK_EVERY_S)
            self._progress(max(0.0, connection.query_progress()) / 100)
            if worker.is_alive() and not stopped and self._cancelled():
                stopped = True
                connection.interrupt()
        if stopped:
            raise EngineCancelled
        for failure in failures:
            raise failure


def rows_of(file: Path) -> str:
    """Return the SQL that reads a Parquet file."""
    return f"SELECT * FROM read_parquet({_text(file)})"  # noqa: S608 - a path of ours, quoted


def _text(value: str | Path) -> str:
    return "'" + str(value).replace("'", "''") + "'"


_: type[Engine] = DuckdbEngine
