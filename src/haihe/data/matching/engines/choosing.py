"""Which engine runs a plan: by name, opened for one run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from haihe.data.matching.engines.duckdb_engine import DuckdbEngine
from haihe.data.matching.engines.ports import Engine


class NoSuchEngine(LookupError):
    """No engine of this name, or it isn't set up here."""


def engines() -> list[str]:
    """Return the names of the engines that are set up here, the usual one first."""
    return ["duckdb", *(["spark"] if settings.HAIHE.spark_master else [])]


@contextmanager
def engine_for(name: str, *, cancelled: Callable[[], bool], progress: Callable[[float], None]) -> Iterator[Engine]:
    """Open an engine for one run. Raises: NoSuchEngine."""
    if name not in engines():
        raise NoSuchEngine(name)
    if name == "duckdb":
        yield DuckdbEngine(cancelled=cancelled, progress=progress)
        return
    # Spark and its Java are there only where they are used.
    from haihe.data.matching.engines.spark_engine import SparkEngine, open_session

    session = open_session(settings.HAIHE.spark_master)
    try:
        yield SparkEngine(session, cancelled=cancelled)
    finally:
        session.stop()
