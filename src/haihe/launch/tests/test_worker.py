"""`haihe worker` ships the journal, delivers events, runs jobs, and ends cleanly when told to."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from haihe.base.ledger import api as ledger
from haihe.base.ledger.tasks import seal
from haihe.base.ledger.testing import empty_ledger, make_body
from haihe.base.outbox import api as outbox
from haihe.base.outbox.models import Delivery, State
from haihe.gateway.journal import Batch, Journal
from haihe.launch import ports, services
from haihe.launch.postgres import EmbeddedPostgres

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 100


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "keyring.json").write_text(Path(os.environ["HAIHE_DATA_DIR"], "keyring.json").read_text())
    return tmp_path


@pytest.fixture
def metrics_port() -> int:
    return ports.free_port()


@pytest.fixture
def worker(data_dir: Path, nats_server: str, tmp_path: Path, metrics_port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"HAIHE_DATA_DIR": str(data_dir), "HAIHE_NATS_URL": nats_server}
    with (tmp_path / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "haihe", "worker", "--metrics-port", str(metrics_port)]
        process = subprocess.Popen(command, env=environment, stderr=log)
    yield process
    process.kill()
    process.wait()
    empty_ledger()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


# Seals asked for here carry a lock of their own: the worker itself asks for one each minute, and a job that a test
# leaves behind holds its lock.


def test_records_events_and_jobs_reach_their_places_and_are_counted(
    worker: subprocess.Popen[bytes], data_dir: Path, metrics_port: int
) -> None:
    with Journal(data_dir / "journal") as journal:
        journal.commit(Batch(records=[make_body(), make_body()]))
    with Journal(data_dir / "scoreday-journal") as journal:
        journal.commit(Batch(records=[make_body()]))
    with transaction.atomic():
        outbox.announce("tests.worker", {})
    wait_until(lambda: ledger.counts().total == 3)
    wait_until(lambda: not Delivery.objects.exclude(state=State.DONE).exists())

    seal.configure(queueing_lock="tests, seal").defer(timestamp=0)
    wait_until(lambda: ledger.counts().sealed == 3)
    assert ledger.audit().clean

    def figure(line: str) -> bool:
        answer = services.status_of("127.0.0.1", metrics_port, "/metrics")
        return answer is not None and f"\n{line}" in answer[1].decode()

    wait_until(lambda: figure("haihe_shipper_records_total 2.0"))
    wait_until(lambda: figure("haihe_scoreday_shipper_records_total 1.0"))
    wait_until(lambda: figure("haihe_outbox_waiting_deliveries 0.0"))
    wait_until(lambda: figure('haihe_worker_jobs_total{outcome="SUCCEEDED",task="ledger.seal"} '))


def test_it_ends_cleanly_on_sigterm(worker: subprocess.Popen[bytes], tmp_path: Path) -> None:
    wait_until(lambda: b"worker is up" in (tmp_path / "worker.log").read_bytes())
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_S) == 0
    assert b"ended cleanly" in (tmp_path / "worker.log").read_bytes()


def test_a_job_whose_worker_was_killed_is_handed_out_again(worker: subprocess.Popen[bytes]) -> None:
    from haihe.base.jobs.tasks import revive

    lost = seal.configure(queueing_lock="tests, lost").defer(timestamp=0)
    wait_until(lambda: not ProcrastinateJob.objects.filter(pk=lost).exists())
    long_ago = timezone.now() - timedelta(minutes=10)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id", [long_ago])
        ghost = cursor.fetchone()[0]
        lost = seal.configure(queueing_lock="tests, lost").defer(timestamp=1)
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [ghost, lost])
    with suppress(AlreadyEnqueued):  # then the clock's own is about to run
        revive.configure().defer(timestamp=0)
    wait_until(lambda: not ProcrastinateJob.objects.filter(pk=lost).exists())


def test_it_ends_in_time_though_its_database_is_gone(
    embedded_postgres: EmbeddedPostgres, data_dir: Path, nats_server: str, tmp_path: Path
) -> None:
    name = f"going_{secrets.token_hex(4)}"
    with psycopg.connect(embedded_postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "haihe_template" STRATEGY FILE_COPY')
        environment = os.environ | {"HAIHE_DATA_DIR": str(data_dir), "HAIHE_NATS_URL": nats_server}
        environment["HAIHE_DATABASE_URL"] = embedded_postgres.url(name)
        with (tmp_path / "worker.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "haihe", "worker"], env=environment, stderr=log)
        with psycopg.connect(embedded_postgres.url(name), autocommit=True) as watcher:
            wait_until(lambda: watcher.execute("SELECT 1 FROM procrastinate_workers").fetchone() is not None)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    process.terminate()
    assert process.wait(PATIENCE_S) == 0
