"""A linkage's process dies or is told to stop, or a register is renewed under it: there is a whole result, or none."""

import os
import shutil
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
from haihe.data.exchange import api as exchange
from haihe.data.exchange import testing as feeding
from haihe.data.matching.review import places
from haihe.data.matching.review.models import LinkageRun
from haihe.data.matching.review.operations.ending import end_dead_runs
from haihe.data.matching.review.operations.processing import process_linkage_run
from haihe.data.matching.review.operations.starting import cancel_linkage
from haihe.data.matching.review.tests.world import PLACE, asked, own_list
from haihe.data.matching.testing import feed, permitted

ROWS, FIRST = 1200, 10
NAMES = "伟强军勇杰涛明超刚平辉鹏华飞波斌宇浩凯健"
PROCESS = """
import sys, django
from datetime import datetime
from uuid import UUID
django.setup()
from haihe.data.matching.review.operations.processing import process_linkage_run
process_linkage_run(UUID(sys.argv[1]), now=datetime.fromisoformat(sys.argv[2]))
"""
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def the_ledger_is_left_empty(transactional_db: None) -> Iterator[None]:
    """These tests commit, and Django empties only its own tables."""
    yield
    empty_ledger()


def name(serial: int) -> str:
    return "张王李赵"[serial % 4] + NAMES[serial // 4 % 20] + NAMES[serial // 80 % 20]


def fill(rows: int) -> None:
    numbers = range(FIRST, FIRST + rows)
    feed(*(feeding.row(feeding.id_number(serial), name=name(serial), division=PLACE) for serial in numbers))


def world() -> str:
    """Return the code of a list whose people all stand on the register, so that each is linked or queued."""
    permitted()
    fill(ROWS)
    people = range(FIRST, FIRST + ROWS)
    return own_list(rows=[(f"G{n}", name(n), "19700101", "15400000001", PLACE) for n in people])


def begun(run: LinkageRun) -> "subprocess.Popen[bytes]":
    """Return the process that runs it, once it is at work."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "haihe.web.settings"}
    process = subprocess.Popen([sys.executable, "-c", PROCESS, str(run.id), NOW.isoformat()], env=environment)
    until = time.monotonic() + 60
    while LinkageRun.objects.filter(pk=run.pk, state="QUEUED").exists():
        assert process.poll() is None
        assert time.monotonic() < until, "it never began"
        time.sleep(0.005)
    return process


def uses(run: LinkageRun) -> int:
    keys = (keyring().subject_key(feeding.id_number(serial)) for serial in range(FIRST, FIRST + ROWS, 100))
    return sum(use.case == run.number for key in keys for use in ledger.uses_of_subject(key))


@pytest.mark.parametrize("wait_s", [0, 0.7, 2.5])
def test_kill_9_in_a_run_leaves_no_half_result(wait_s: float) -> None:
    code = world()
    run = asked(code)
    shutil.rmtree(places.result_folder(run), ignore_errors=True)
    process = begun(run)
    time.sleep(wait_s)  # into the middle of it
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 60
    # The database lets go of the dead process's lock in its own time.
    while LinkageRun.objects.filter(pk=run.pk, state="RUNNING").exists():
        end_dead_runs(now=NOW + timedelta(minutes=1))
        assert time.monotonic() < until
        time.sleep(0.1)
    run.refresh_from_db()
    whole = run.state == "DONE"
    assert whole or run.state == "FAILED"
    assert places.result_folder(run).exists() == whole
    assert (uses(run) > 0) == whole
    assert whole or not run.pairs.exists()
    assert whole or not places.work_folder(run).exists()

    again = asked(code)
    process_linkage_run(again.id, now=NOW)
    again.refresh_from_db()
    assert (again.state, again.left_rows) == ("DONE", ROWS)
    assert uses(again) > 0


def test_a_register_renewed_in_a_run_changes_nothing_of_it() -> None:
    code = world()
    before = snapshot()
    run = asked(code)
    process = begun(run)
    fill(100)
    assert process.wait(120) == 0
    run.refresh_from_db()
    assert run.state == "DONE", run.outcome
    assert {one["snapshot"] for one in run.inputs if one["resource"] == feeding.RELIEF} == {before}
    assert run.right_rows == ROWS
    assert snapshot() != before


def test_a_run_told_to_stop_ends_soon_and_leaves_nothing() -> None:
    run = asked(world())
    # Numbers begin anew in each test, and another one's result may lie there.
    shutil.rmtree(places.result_folder(run), ignore_errors=True)
    process = begun(run)
    cancel_linkage(actor=cast_actor("steward_gjj"), number=run.number, now=NOW)
    assert process.wait(60) == 0
    run.refresh_from_db()
    assert (run.state, run.left_rows, run.pairs.count(), uses(run)) == ("CANCELLED", 0, 0, 0)
    assert not places.result_folder(run).exists()
    assert not places.work_folder(run).exists()


def snapshot() -> str:
    found = exchange.latest_snapshot(feeding.RELIEF)
    assert found is not None
    return found.id
