"""A run's process dies, or a register is renewed under it: there is a whole result of what was read, or none."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import empty_ledger
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange import testing as feeding
from haihe.data.matching import places
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.ending import end_dead_runs
from haihe.data.matching.operations.processing import process_run
from haihe.data.matching.operations.running import start_run
from haihe.data.matching.testing import confirmed, feed, permitted

ROWS = 4000
"""So many that a run takes a while: each match is sealed by itself."""
PROCESS = """
import sys, django
from datetime import datetime
from uuid import UUID
django.setup()
from haihe.data.matching.operations.processing import process_run
process_run(UUID(sys.argv[1]), now=datetime.fromisoformat(sys.argv[2]))
"""
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def the_ledger_is_left_empty(transactional_db: None) -> Iterator[None]:
    """These tests commit, and Django empties only its own tables."""
    yield
    empty_ledger()


def fill(rows: int, *, first: int = 10) -> None:
    """Publish this many people whose householder is on no register, so that each of them matches."""
    missing = feeding.id_number(9)
    numbers = (feeding.id_number(serial) for serial in range(first, first + rows))
    feed(*(feeding.row(number, name="王秀英", householder=missing) for number in numbers))


def asked(number: str) -> MatchRun:
    return MatchRun.objects.get(number=start_run(actor=cast_actor("steward_gjj"), number=number, now=NOW))


def begun(run: MatchRun) -> "subprocess.Popen[bytes]":
    """Return the process that runs it, once it is at work."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "haihe.web.settings"}
    process = subprocess.Popen([sys.executable, "-c", PROCESS, str(run.id), NOW.isoformat()], env=environment)
    until = time.monotonic() + 60
    while MatchRun.objects.filter(pk=run.pk, state="QUEUED").exists():
        assert process.poll() is None
        assert time.monotonic() < until, "it never began"
        time.sleep(0.005)
    return process


def uses(serial: int, run: MatchRun) -> int:
    found = ledger.uses_of_subject(keyring().subject_key(feeding.id_number(serial)))
    return sum(use.case == run.number for use in found)


@pytest.mark.parametrize("wait_s", [0, 0.1, 0.3])
def test_kill_9_in_a_run_leaves_no_half_result(wait_s: float) -> None:
    permitted()
    fill(ROWS)
    number = confirmed()
    run = asked(number)
    process = begun(run)
    time.sleep(wait_s)  # into the middle of it
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 60
    # The database lets go of the dead process's lock in its own time.
    while MatchRun.objects.filter(pk=run.pk, state="RUNNING").exists():
        end_dead_runs(now=NOW + timedelta(minutes=1))
        assert time.monotonic() < until
        time.sleep(0.1)
    run.refresh_from_db()
    assert run.state in ("FAILED", "DONE")
    whole = run.state == "DONE"
    assert places.result_folder(run).exists() == whole
    assert (uses(10, run) > 0) == whole
    assert not places.work_folder(run).exists() or whole

    again = asked(number)
    process_run(again.id, now=NOW)
    again.refresh_from_db()
    assert (again.state, again.matched, again.base_rows) == ("DONE", ROWS, ROWS)
    assert uses(10, again) > 0


def test_a_register_renewed_in_a_run_changes_nothing_of_it() -> None:
    permitted()
    fill(ROWS)
    before = feeding_snapshot()
    run = asked(confirmed())
    process = begun(run)
    fill(100, first=9000)
    assert process.wait(60) == 0
    run.refresh_from_db()
    assert run.state == "DONE", run.outcome
    read = {one["snapshot"] for one in run.inputs}
    assert read == {before}
    assert (run.base_rows, run.matched) == (ROWS, ROWS)
    assert feeding_snapshot() != before


def feeding_snapshot() -> str:
    from haihe.data.exchange import api as exchange

    found = exchange.latest_snapshot(feeding.RELIEF)
    assert found is not None
    return found.id
