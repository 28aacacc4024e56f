"""The worker or its database is killed in the middle: nothing is lost or doubled, and it goes on by itself."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from haihe.gateway.journal import Batch, Journal
from haihe.kernel.keyring import Keyring
from haihe.launch import services
from haihe.launch.child import Child, StartFailed
from haihe.launch.postgres import EmbeddedPostgres
from tests.plugins.installation import copy_template

pytestmark = pytest.mark.faults
RECORDS = 6000
PATIENCE_S = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A durable database of its own, so that it can be killed, and a journal full of records."""

    server: EmbeddedPostgres
    data_dir: Path
    environment: dict[str, str]
    evidence: frozenset[str]

    def shipped(self) -> list[str]:
        """Return the evidence of what is in the ledger; empty while the database is away."""
        try:
            with psycopg.connect(self.server.url("postgres")) as connection:
                return [str(row[0]) for row in connection.execute("SELECT evidence FROM ledger_record").fetchall()]
        except psycopg.OperationalError:
            return []


@pytest.fixture
def place(open_folder: Path, nats_server: str) -> Iterator[tuple[Place, Child]]:
    folder = open_folder / f"worker-{time.monotonic_ns()}"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "keyring.json").write_text(Keyring.generate().to_json())
    server = EmbeddedPostgres(folder / "postgres")
    server.prepare()
    database = Child(services.postgres(server, log_dir=folder / "logs"))
    database.start_and_wait()
    environment = os.environ | {
        "HAIHE_DATABASE_URL": server.url("postgres"),
        "HAIHE_DATA_DIR": str(folder / "data"),
        "HAIHE_NATS_URL": nats_server,
        "DJANGO_SETTINGS_MODULE": "haihe.web.settings",
    }
    copy_template(server.url("postgres"))
    evidence = fill_journal(folder / "data" / "journal")
    yield Place(server, folder / "data", environment, evidence), database
    database.stop(timeout_s=10)


def fill_journal(folder: Path) -> frozenset[str]:
    from haihe.base.ledger.testing import make_body

    bodies = [make_body() for _ in range(RECORDS)]
    with Journal(folder) as journal:
        for start in range(0, RECORDS, 20):
            journal.commit(Batch(records=bodies[start : start + 20]))
    return frozenset(json.loads(body)["evidence"] for body in bodies)


@contextmanager
def worker(place: Place) -> Iterator["subprocess.Popen[bytes]"]:
    with (place.data_dir / "worker.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "haihe", "worker"], env=place.environment, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_a_worker_killed_while_shipping_loses_and_doubles_nothing(place: tuple[Place, Child]) -> None:
    here, _ = place
    with worker(here) as process:
        wait_until(lambda: len(here.shipped()) > 0)
        process.kill()
        process.wait()
    with worker(here) as process:
        wait_until(lambda: len(here.shipped()) == RECORDS)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    shipped = here.shipped()
    assert len(shipped) == RECORDS
    assert set(shipped) == here.evidence


def test_a_database_killed_while_shipping_is_waited_for(place: tuple[Place, Child]) -> None:
    here, database = place
    with worker(here) as process:
        wait_until(lambda: len(here.shipped()) > 0)
        os.kill(int((here.server.data_dir / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        start_again(database)
        wait_until(lambda: len(here.shipped()) == RECORDS)
        assert set(here.shipped()) == here.evidence
        wait_until(lambda: sealed(here) == RECORDS)
        assert process.poll() is None
        audit = subprocess.run([sys.executable, "-m", "haihe", "ledger", "audit"], env=here.environment, check=False)
        assert audit.returncode == 0


def start_again(database: Child) -> None:
    """PostgreSQL refuses to start until the last process of the one that was killed is gone."""
    database.stop(timeout_s=10)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return database.start_and_wait()
        except StartFailed:
            assert time.monotonic() < deadline
            time.sleep(0.3)


def sealed(place: Place) -> int:
    """Return how many records are sealed: the jobs' loop does that, each minute."""
    with psycopg.connect(place.server.url("postgres")) as connection:
        [count] = connection.execute("SELECT coalesce(sum(size), 0)::int FROM ledger_batch").fetchone() or [0]
    return int(count)
