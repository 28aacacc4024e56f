"""Carry a journal to the ledger for as long as the worker runs, and tell how it stands."""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import psycopg
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from haihe.gateway.journal import Journal, JournalError
from haihe.gateway.server import JOURNAL_FOLDER
from haihe.gateway.shipper import Shipped, ship_all
from haihe.kernel.environment import Environment

_SHIP_EVERY_S = 0.25
_REST_AFTER_TROUBLE_S = 1.0
_log = logging.getLogger("haihe.worker")


class Shipping(Collector):
    """The loop, and its figures for Prometheus. `folder` is the journal's in the data directory."""

    def __init__(
        self,
        environment: Environment,
        *,
        folder: str = JOURNAL_FOLDER,
        name: str = "shipper",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._environment, self._clock = environment, clock
        self._folder, self._name = folder, name
        self._shipped, self._troubles = 0, 0
        self._last: Shipped | None = None

    def run(self, stop: threading.Event) -> None:
        """Ship until told to stop; wait out a database or disk that is away."""
        folder, url = self._environment.data_dir / self._folder, self._environment.database_url
        while not stop.is_set():
            try:
                with (
                    Journal(folder) as journal,
                    psycopg.connect(url, autocommit=True) as connection,
                ):
                    while not stop.is_set():
                        self._note(ship_all(journal, connection, stop=stop.is_set))
                        stop.wait(_SHIP_EVERY_S)
            except (psycopg.Error, JournalError) as trouble:
                self._troubles += 1
                _log.warning("records stay in %s for now: %s", folder.name, trouble)
                stop.wait(_REST_AFTER_TROUBLE_S)

    def collect(self) -> Iterable[Metric]:
        last = self._last
        yield CounterMetricFamily(f"haihe_{self._name}_records", "Records carried to the ledger.", value=self._shipped)
        yield CounterMetricFamily(f"haihe_{self._name}_troubles", "Database or journal was away.", value=self._troubles)
        yield GaugeMetricFamily(
            f"haihe_{self._name}_backlog_records", "Records left in the journal.", value=last.left if last else 0
        )
        yield GaugeMetricFamily(
            f"haihe_{self._name}_backlog_seconds", "Age of the oldest of them.", value=self._age(last)
        )

    def _note(self, shipped: Shipped) -> None:
        self._shipped += shipped.records
        self._last = shipped

    def _age(self, last: Shipped | None) -> float:
        if last is None or last.oldest_at is None:
            return 0.0
        return max(0.0, (self._clock() - datetime.fromisoformat(last.oldest_at)).total_seconds())
