"""The gateway's figures as Prometheus reads them, made when it asks."""

from collections.abc import Callable, Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from haihe.gateway.desk import Desk
from haihe.gateway.journal import Journal
from haihe.gateway.tally import BATCH_BOUNDS, SECONDS, outcomes_of
from haihe.telemetry.exposition import add_histogram
from haihe.telemetry.latency import BUCKETS

_OF_A_CELL = ("kind", "service", "consumer")


class GatewayCollector(Collector):
    """Answers in a thread of its own. Everything it looks at is copied first or changes in one step."""

    def __init__(self, desk: Desk, journal: Journal, *, connections: Callable[[], int]) -> None:
        self._desk, self._journal, self._connections = desk, journal, connections

    def collect(self) -> Iterable[Metric]:
        yield from self._calls()
        yield from self._commits()
        yield from self._indexes()
        yield from self._gauges()

    def _calls(self) -> Iterable[Metric]:
        requests = CounterMetricFamily(
            "haihe_gateway_requests", "Answers given and requests refused.", labels=(*_OF_A_CELL, "outcome")
        )
        reasons = CounterMetricFamily(
            "haihe_gateway_reasons", "Why requests were refused or answered UNKNOWN.", labels=(*_OF_A_CELL, "reason")
        )
        times = HistogramMetricFamily(
            "haihe_gateway_request_seconds", "From the whole request to its durable answer.", labels=("kind", "service")
        )
        together: dict[tuple[str, str], list[float]] = {}
        for key, (numbers, told) in self._desk.commits.tally.copy().items():
            labels = (key.kind, key.service, key.consumer)
            for outcome, times_told in outcomes_of(numbers).items():
                if times_told:
                    requests.add_metric((*labels, outcome), times_told)
            for reason, times_told in sorted(told.items()):
                reasons.add_metric((*labels, reason), times_told)
            sums = together.setdefault((key.kind, key.service), [0] * (BUCKETS + 1))
            together[key.kind, key.service] = [one + more for one, more in zip(sums, numbers, strict=False)]
        for (kind, service), sums in together.items():
            add_histogram(times, (kind, service), sums[:BUCKETS], total=sums[SECONDS])
        return requests, reasons, times

    def _commits(self) -> Iterable[Metric]:
        tally = self._desk.commits.tally
        times = HistogramMetricFamily("haihe_gateway_journal_commit_seconds", "How long a batch took to be durable.")
        *counts, total = tally.commit_times.copy()
        add_histogram(times, (), counts, total=total)
        sizes = HistogramMetricFamily("haihe_gateway_journal_batch_records", "How many records shared a commit.")
        *counts, total = tally.batch_sizes.copy()
        add_histogram(sizes, (), counts, total=total, bounds=BATCH_BOUNDS)
        failed = CounterMetricFamily("haihe_gateway_journal_failures", "Commits that failed; nothing was answered.")
        failed.add_metric((), tally.failed_commits)
        return times, sizes, failed

    def _indexes(self) -> Iterable[Metric]:
        ages = GaugeMetricFamily("haihe_gateway_index_age_seconds", "Age of the data served.", labels=("resource",))
        rows = GaugeMetricFamily("haihe_gateway_index_rows", "Persons in the index served.", labels=("resource",))
        promised = GaugeMetricFamily(
            "haihe_gateway_index_promised_seconds", "The oldest that its services allow.", labels=("resource",)
        )
        now, indexes = self._desk.clock(), self._desk.indexes
        for resource, index in indexes.serving().items():
            ages.add_metric((resource,), now - index.as_of)
            rows.add_metric((resource,), index.rows)
        for resource, seconds in self._promised().items():
            promised.add_metric((resource,), seconds)
        unusable = GaugeMetricFamily("haihe_gateway_indexes_unusable", "Indexes that could not be opened.")
        unusable.add_metric((), len(indexes.unusable))
        return ages, rows, promised, unusable

    def _promised(self) -> dict[str, int]:
        promised: dict[str, int] = {}
        for service in self._desk.commits.tally.services.values():
            promised[service.resource] = min(service.max_age_s, promised.get(service.resource, service.max_age_s))
        return promised

    def _gauges(self) -> Iterable[Metric]:
        desk = self._desk
        gauges = (
            ("journal_backlog_records", "Records not in the ledger yet.", self._journal.backlog().records),
            ("policy_age_seconds", "Since the database last said what may be asked.", _policy_age(desk)),
            ("connections", "Open connections.", self._connections()),
            ("replay_window_requests", "Requests remembered so that none comes twice.", len(desk.replay)),
        )
        for name, meaning, value in gauges:
            yield GaugeMetricFamily(f"haihe_gateway_{name}", meaning, value=value)
        yield CounterMetricFamily(
            "haihe_gateway_refusals_counted", "Refusals without a record of their own.", value=desk.refusals.counted
        )


def _policy_age(desk: Desk) -> float:
    return desk.policy.age_s(now=desk.monotonic())
