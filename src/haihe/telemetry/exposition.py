"""What Prometheus reads: one registry per process, shown on a port of its own that does nothing else."""

import threading
from collections.abc import Sequence
from wsgiref.simple_server import WSGIServer

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.core import HistogramMetricFamily

from haihe.telemetry.latency import BOUNDS_S

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library says nothing
REGISTRY = CollectorRegistry(auto_describe=False)
"""This process's figures."""


def watch_process(registry: CollectorRegistry = REGISTRY) -> None:
    """Show the process itself too: CPU, memory, open files, the garbage collector."""
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)


class Exposition:
    """`/metrics` on a port of its own, answered by a thread. Raises: OSError, if the port can't be had."""

    def __init__(self, *, host: str, port: int, registry: CollectorRegistry = REGISTRY) -> None:
        self._server: WSGIServer
        self._thread: threading.Thread
        self._server, self._thread = start_http_server(port, addr=host, registry=registry)

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5.0)


def add_histogram(
    family: HistogramMetricFamily,
    labels: Sequence[str],
    counts: Sequence[float],
    *,
    total: float,
    bounds: Sequence[float] = BOUNDS_S,
) -> None:
    """Add plain counts per bucket as Prometheus wants them: each bucket with all that is below it."""
    so_far, buckets = 0.0, []
    for bound, count in zip([*map(str, bounds), "+Inf"], counts, strict=True):
        so_far += count
        buckets.append((bound, so_far))
    family.add_metric(list(labels), buckets=buckets, sum_value=total)
