"""How queue, outbox and ledger stand, for Prometheus: read from the database whenever it asks a worker."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from haihe.base.jobs import api as jobs
from haihe.base.ledger import api as ledger
from haihe.base.notices import api as notices
from haihe.base.outbox import api as outbox
from haihe.kernel.calendar import WorkCalendar

type Figures = Callable[[datetime], Iterable[Metric]]
_offered: list[Figures] = []


def offer_figures(function: Figures) -> Figures:
    """Show what a room above measures too; call it from `AppConfig.ready` (import the module that is decorated)."""
    _offered.append(function)
    return function


class StandingCollector(Collector):
    """Answers in a thread of its own, on a connection that it closes again."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def collect(self) -> Iterable[Metric]:
        try:
            ours = [*self._jobs(), *self._outbox(), *self._ledger(), self._calendar(), self._sendings()]
            return ours + [metric for measure in _offered for metric in measure(self._clock())]
        finally:
            connection.close()

    def _jobs(self) -> Iterable[Metric]:
        waiting = GaugeMetricFamily("haihe_queue_waiting_jobs", "Jobs due and not begun.", labels=("queue",))
        age = GaugeMetricFamily("haihe_queue_oldest_seconds", "How long the oldest has been due.", labels=("queue",))
        failed = GaugeMetricFamily("haihe_queue_failed_jobs", "Jobs that failed, for three days.", labels=("queue",))
        for queue in jobs.queues():
            waiting.add_metric((queue.name,), queue.waiting)
            age.add_metric((queue.name,), self._since(queue.due_since))
            failed.add_metric((queue.name,), queue.failed)
        return waiting, age, failed

    def _outbox(self) -> Iterable[Metric]:
        backlog = outbox.backlog()
        yield GaugeMetricFamily("haihe_outbox_waiting_deliveries", "Not delivered yet.", value=backlog.waiting)
        yield GaugeMetricFamily("haihe_outbox_dead_letters", "Given up; they wait for a person.", value=backlog.dead)
        age = self._since(backlog.oldest_announced_at)
        yield GaugeMetricFamily("haihe_outbox_lag_seconds", "How long the oldest event has waited.", value=age)

    def _ledger(self) -> Iterable[Metric]:
        unsealed = ledger.unsealed()
        yield GaugeMetricFamily("haihe_ledger_unsealed_records", "Records without a seal.", value=unsealed.records)
        age = self._since(unsealed.since)
        yield GaugeMetricFamily("haihe_ledger_unsealed_seconds", "Age of the oldest of them.", value=age)

    def _sendings(self) -> Metric:
        stuck = GaugeMetricFamily("haihe_sendings_stuck", "Messages that wait for a person.", labels=("channel",))
        for way in notices.stuck_sendings():
            stuck.add_metric((way.channel,), way.count)
        return stuck

    def _calendar(self) -> Metric:
        seconds = (WorkCalendar().ends_on - timezone.localdate(self._clock())).total_seconds()
        return GaugeMetricFamily("haihe_calendar_ends_in_seconds", "Until then deadlines can be told.", value=seconds)

    def _since(self, moment: datetime | None) -> float:
        return max(0.0, (self._clock() - moment).total_seconds()) if moment else 0.0
