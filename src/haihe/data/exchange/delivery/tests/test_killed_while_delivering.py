"""A process killed anywhere in a delivery: the next try ends with the same table, written down and written once."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.data.exchange.delivery.models import DeliveryState
from haihe.data.exchange.delivery.operations.delivering import deliver_due
from haihe.data.exchange.delivery.operations.planning import plan_for_snapshot
from haihe.data.exchange.delivery.testing import FIELDS, SHOWN, feed, only, planned
from haihe.data.exchange.delivery.tests.test_tables_of_consumers import Consumer
from haihe.data.exchange.testing import RELIEF, id_number

DELIVER = """
import sys, django
from datetime import datetime, timedelta
django.setup()
from haihe.data.exchange.delivery.operations.delivering import deliver_due
deliver_due(now=datetime.fromisoformat(sys.argv[1]))
"""
ROWS = 6000


def start(now: datetime) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "haihe.web.settings"}
    return subprocess.Popen([sys.executable, "-c", DELIVER, now.isoformat()], env=environment)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_kill_9_while_bringing_changes(table: dict[str, Any], secret: dict[str, Any], now: datetime) -> None:
    feed(ROWS, now)
    plan = planned("database", table, secret=secret, now=now, changes=True)
    deliver_due(now=now)
    later = now + timedelta(hours=1)
    feed(ROWS - 500, later, size="5")
    plan_for_snapshot(RELIEF, now=later)
    process = start(later)
    while not plan.deliveries.filter(state=DeliveryState.RECORDED).exists():
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.1)  # into the middle of it
    process.send_signal(signal.SIGKILL)
    process.wait()

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if deliver_due(now=later) or plan.deliveries.filter(state=DeliveryState.DONE).count() > 1:
            break
        time.sleep(0.1)
    row = plan.deliveries.get(changes__sequence=1)
    assert (row.state, row.rows) == (DeliveryState.DONE, ROWS - 500)
    assert "widen" not in [move.name for move in row.moves.all()]
    consumer = Consumer(table, secret)
    assert consumer.rows("SELECT household_size, count(*) FROM relief GROUP BY household_size") == [("5", ROWS - 500)]
    assert consumer.rows("SELECT count(*) FROM haihe_deliveries") == [(2,)]
    subject = keyring().subject_key(id_number(1))
    assert len([use for use in ledger.uses_of_subject(subject) if use.case == row.number]) == 1


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("until", [DeliveryState.WAITING, DeliveryState.RECORDED])
def test_kill_9_while_delivering(
    until: DeliveryState, table: dict[str, Any], secret: dict[str, Any], now: datetime
) -> None:
    feed(ROWS, now)
    plan = planned("database", table, secret=secret, now=now)
    process = start(now)
    begun = time.monotonic()
    while only(plan).state == DeliveryState.WAITING:
        if until == DeliveryState.WAITING and time.monotonic() - begun > 1.5:
            break
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.15 if until == DeliveryState.RECORDED else 0)  # into the middle of it
    process.send_signal(signal.SIGKILL)
    process.wait()

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        # The database lets go of the dead process's lock in its own time.
        if deliver_due(now=now):
            break
        if only(plan).state == DeliveryState.DONE:
            break
        time.sleep(0.1)
    row = only(plan)
    assert (row.state, row.rows) == (DeliveryState.DONE, ROWS)
    consumer = Consumer(table, secret)
    assert consumer.rows(f"SELECT DISTINCT {', '.join(FIELDS)} FROM relief") == [SHOWN]
    assert consumer.rows("SELECT count(*), count(DISTINCT haihe_delivery) FROM relief") == [(ROWS, 1)]
    assert consumer.rows("SELECT count(*) FROM haihe_deliveries") == [(1,)]
    subject = keyring().subject_key(id_number(1))
    assert len([use for use in ledger.uses_of_subject(subject) if use.case == row.number]) == 1
