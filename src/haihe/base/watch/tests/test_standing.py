"""How queue, outbox and ledger stand is read from the database when Prometheus asks."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from haihe.base.ledger.testing import append_records
from haihe.base.outbox import api as outbox
from haihe.base.watch.exposition import StandingCollector


def shown(now: datetime) -> dict[str, float]:
    collector = StandingCollector(clock=lambda: now)
    found = [metric for part in (collector._jobs, collector._outbox, collector._ledger) for metric in part()]
    return {
        sample.name + "".join(f":{value}" for value in sample.labels.values()): sample.value
        for metric in found
        for sample in metric.samples
    }


@pytest.mark.django_db
def test_an_idle_city_owes_nothing() -> None:
    told = shown(timezone.now())
    assert told["haihe_outbox_waiting_deliveries"] == told["haihe_outbox_lag_seconds"] == 0
    assert told["haihe_ledger_unsealed_records"] == told["haihe_ledger_unsealed_seconds"] == 0


@pytest.mark.django_db
def test_what_waits_is_shown_with_its_age() -> None:
    with transaction.atomic():
        outbox.announce("watch.test", {})
    append_records(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at)"
            " VALUES ('base', 'watch.test', '{}', 'todo', now() - interval '1 hour')"
        )
    told = shown(timezone.now() + timedelta(minutes=5))
    assert told["haihe_outbox_waiting_deliveries"] == 1
    assert told["haihe_outbox_lag_seconds"] >= 300
    assert told["haihe_ledger_unsealed_records"] == 1
    assert told["haihe_queue_waiting_jobs:base"] == 1
    assert told["haihe_queue_oldest_seconds:base"] >= 3600
