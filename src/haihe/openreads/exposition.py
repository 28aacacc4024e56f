"""The figures of the reading side as Prometheus reads them, made when it asks."""

import contextlib
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from haihe.gateway.listening import Doors
from haihe.openreads.metering import SECONDS, Metered
from haihe.telemetry.exposition import Exposition, add_histogram, watch_process
from haihe.telemetry.latency import BUCKETS


class OpenReadsCollector(Collector):
    """Answers in a thread of its own. Everything it looks at is copied first or changes in one step."""

    def __init__(self, metered: Metered) -> None:
        self._metered = metered

    def collect(self) -> Iterable[Metric]:
        yield from self._requests()
        yield from self._gauges()

    def _requests(self) -> Iterable[Metric]:
        requests = CounterMetricFamily("haihe_openreads_requests", "Answers, refusals too.", labels=("kind", "status"))
        for (kind, status), count in sorted(dict(self._metered.statuses).items()):
            requests.add_metric((kind, str(status)), count)
        times = HistogramMetricFamily(
            "haihe_openreads_request_seconds",
            "From the whole request to the first byte of its answer.",
            labels=("kind",),
        )
        for kind, numbers in self._metered.times.items():
            sums = numbers.copy()
            add_histogram(times, (kind,), sums[:BUCKETS], total=sums[SECONDS])
        refusals = CounterMetricFamily(
            "haihe_openreads_quota_refusals", "Questions beyond a quota of the day or the second.", labels=("reason",)
        )
        for reason, count in sorted(dict(self._metered.app.allowance.refused).items()):
            refusals.add_metric((reason,), count)
        return requests, times, refusals

    def _gauges(self) -> Iterable[Metric]:
        app = self._metered.app
        waiting = app.turns.pending + app.figures.pending
        gauges = (
            ("connections", "Open connections.", self._metered.connections()),
            ("questions_waiting", "Questions that wait or are worked on beside the loop.", waiting),
            ("downloads", "Files under way.", app.downloads.under_way),
            ("stores", "Versions that are open.", len(app.stores)),
            ("uses_untold_seconds", "How long the database hasn't been told of uses that wait.", app.usage.waits_s()),
            ("uses_untold_lines", "Lines of the usage file that it hasn't been told.", app.usage.untold),
            ("picture_known", "1 once the database said what is published.", int(app.picture.is_known)),
        )
        for name, meaning, value in gauges:
            yield GaugeMetricFamily(f"haihe_openreads_{name}", meaning, value=value)
        yield CounterMetricFamily(
            "haihe_openreads_cut_answers", "Files that began and were cut off.", value=self._metered.broken
        )


@contextlib.contextmanager
def shown(metered: Metered, doors: Doors) -> Iterator[None]:
    """Show the figures meanwhile, if a port is given. Raises: OSError, if the port can't be had."""
    if not doors.metrics_port:
        yield
        return
    registry = CollectorRegistry(auto_describe=False)
    registry.register(OpenReadsCollector(metered))
    watch_process(registry)
    with contextlib.closing(Exposition(host=doors.metrics_host, port=doors.metrics_port, registry=registry)):
        yield
