"""The worker or the database is killed in the middle of cases: none is lost, stuck, or decided twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from haihe.kernel.keyring import Keyring
from haihe.launch import services
from haihe.launch.child import Child
from haihe.launch.postgres import EmbeddedPostgres
from tests.faults.test_worker_under_faults import Place, start_again, wait_until, worker
from tests.plugins.installation import copy_template

pytestmark = pytest.mark.faults
CASES = 40
_CHECKED = "SELECT count(*) FROM processes_processevent WHERE kind = 'DONE' AND step = 'check-company'"
_DECIDED = "SELECT count(*) FROM services_case WHERE decided_at IS NOT NULL"


@pytest.fixture(scope="module")
def place(open_folder: Path, nats_server: str) -> Iterator[tuple[Place, Child]]:
    """A durable database of one's own with cases that wait for programs and clerks."""
    folder = open_folder / f"cases-{time.monotonic_ns()}"
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
    here = Place(server, folder / "data", environment, frozenset())
    subprocess.run(_program("plant", str(CASES)), env=environment, check=True)
    yield here, database
    database.stop(timeout_s=10)


def _program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.faults.planting_cases", *arguments]


def count(here: Place, query: str) -> int:
    """Return what a query counts; -1 while the database is away."""
    try:
        with psycopg.connect(here.server.url("postgres")) as connection:
            [found] = connection.execute(query.encode()).fetchone() or [0]
            return int(found)
    except psycopg.OperationalError:
        return -1


def sweep_now(here: Place) -> None:
    """Have the worker sweep at once, and try what a killed one had taken as if its lease were over."""
    with psycopg.connect(here.server.url("postgres")) as connection:
        connection.execute("UPDATE processes_openstep SET try_at = now() WHERE kind = 'AUTOMATIC'")
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('base', 'processes.sweep', '{\"timestamp\": 0}')"
        )


def test_a_worker_killed_in_the_middle_leaves_no_case_behind_and_does_none_twice(place: tuple[Place, Child]) -> None:
    here, _database = place
    with worker(here) as process:
        sweep_now(here)
        wait_until(lambda: count(here, _CHECKED) > 0)
        process.kill()
        process.wait()
    with worker(here):
        wait_until(lambda: _swept(here))
    assert count(here, _CHECKED) == CASES
    assert count(here, "SELECT count(DISTINCT case_id) FROM services_company") == CASES
    assert count(here, "SELECT count(*) FROM services_case WHERE state = 'AWAITING_ACCEPTANCE'") == CASES
    _is_whole(here)


def _swept(here: Place) -> bool:
    if count(here, _CHECKED) == CASES:
        return True
    sweep_now(here)
    time.sleep(0.5)
    return count(here, _CHECKED) == CASES


def test_a_database_killed_in_the_middle_of_decisions_keeps_each_of_them_once(place: tuple[Place, Child]) -> None:
    here, database = place
    clerk = subprocess.Popen(_program("decide"), env=here.environment)
    try:
        wait_until(lambda: count(here, _DECIDED) > 2)
        os.kill(int((here.server.data_dir / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        start_again(database)
        assert clerk.wait(60) == 0
    finally:
        clerk.kill()
        clerk.wait()
    assert count(here, _DECIDED) == CASES
    assert count(here, "SELECT count(*) FROM services_caseevent WHERE name = 'approve'") == CASES
    assert count(here, "SELECT count(*) FROM services_case WHERE state = 'APPROVED'") == CASES
    _is_whole(here)


def _is_whole(here: Place) -> None:
    """Each history counts without gaps, and every case that hasn't ended waits for somebody."""
    gaps = (
        "SELECT count(*) FROM (SELECT 1 FROM processes_processevent GROUP BY case_id HAVING max(number) <> count(*)) g"
    )
    assert count(here, gaps) == 0
    waits = "SELECT count(*) FROM processes_processcase p WHERE ended_at IS NULL AND NOT EXISTS"
    assert count(here, f"{waits} (SELECT 1 FROM processes_openstep o WHERE o.case_id = p.id)") == 0
    twice = "SELECT count(*) FROM (SELECT 1 FROM services_caseevent WHERE name = 'approve' GROUP BY case_id"
    assert count(here, f"{twice} HAVING count(*) > 1) d") == 0
