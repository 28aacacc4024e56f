"""A process killed in the middle of a feed leaves the last good snapshot serving, and the feed can be run again."""

import io
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api, places
from haihe.data.exchange.models import FeedRun, RunState, Snapshot
from haihe.data.exchange.operations.moving import alive, move_run
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.operations.receive import receive_file
from haihe.data.exchange.operations.tidy import RECEIVED_KEPT_FOR, end_dead_runs, tidy_up
from haihe.data.exchange.testing import RELIEF, relief_lines, small_dirty_file

FEED = """
import sys, django
from datetime import datetime
django.setup()
from haihe.base.accounts.api import Actor
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.operations.receive import receive_file
steward = Actor(user_id=None, name="孙丽华", roles=frozenset({("STEWARD", "120012")}))
with open(sys.argv[1], "rb") as content:
    receive_file(steward, "120012/000001", "大.csv", content, now=datetime.fromisoformat(sys.argv[2]), inline=True)
"""


def start_feed(file: Path, now: datetime) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "haihe.web.settings"}
    return subprocess.Popen([sys.executable, "-c", FEED, str(file), now.isoformat()], env=environment)


def wait_until_reading(process: "subprocess.Popen[bytes]") -> FeedRun:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        run = FeedRun.objects.filter(state=RunState.READING, rows_in__gt=0).first()
        if run:
            return run
        assert process.poll() is None, "the feed ended before it could be killed"
        time.sleep(0.05)
    raise AssertionError("the feed never began")


def waiting_run(steward: Actor, now: datetime) -> FeedRun:
    content = io.BytesIO(small_dirty_file())
    return FeedRun.objects.get(pk=receive_file(steward, RELIEF, "a.csv", content, now=now, inline=False).id)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_kill_9_while_reading(steward: Actor, now: datetime, tmp_path: Path) -> None:
    api.receive_file(steward, RELIEF, "好.csv", io.BytesIO(small_dirty_file()), now=now)
    good = api.latest_snapshot(RELIEF)
    file = tmp_path / "large.csv"
    file.write_bytes("\n".join(relief_lines(300_000)).encode("gb18030"))
    later = now + timedelta(hours=1)

    process = start_feed(file, later)
    run = wait_until_reading(process)
    assert end_dead_runs(now=later) == [], "a living run was ended"
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert api.latest_snapshot(RELIEF) == good
    (ended,) = tidy_up(now=later)
    assert (ended.id, ended.state, ended.outcome_code) == (run.id, "FAILED", "INTERRUPTED")
    assert ended.rows_in == ended.rows_accepted + ended.rows_rejected > 0
    assert not places.work_folder(run).exists()

    again = api.rerun(steward, run.id, now=later + timedelta(minutes=1))
    assert (again.state, again.rows_accepted) == ("RECEIVED", 0)  # large: the worker's
    assert not places.received_file(run).exists()
    with pytest.raises(api.NothingToRerun):
        api.rerun(steward, run.id, now=later)


@pytest.mark.django_db
def test_a_kill_before_the_switch_leaves_nothing_in_the_lake(steward: Actor, now: datetime) -> None:
    run = waiting_run(steward, now)
    move_run(run.id, "begin", now=now)
    move_run(run.id, "check", now=now)
    for folder in (places.lake_folder(run), places.index_folder(run)):
        (places.data_dir() / folder).mkdir(parents=True)
    assert [ended.id for ended in tidy_up(now=now)] == [run.id]
    assert not (places.data_dir() / places.lake_folder(run)).exists()
    assert not (places.data_dir() / places.index_folder(run)).exists()
    assert not Snapshot.objects.exists()


@pytest.mark.django_db
def test_a_failed_run_is_fed_again_from_its_kept_file(steward: Actor, now: datetime) -> None:
    run = waiting_run(steward, now)
    move_run(run.id, "fail", now=now, outcome_code="INTERNAL_ERROR", outcome="。")
    again = api.rerun(steward, run.id, now=now)
    assert (again.state, again.rows_in, again.filename) == ("PUBLISHED", 125, "a.csv")


@pytest.mark.django_db
def test_the_kept_file_of_a_failed_run_is_forgotten_after_a_week(steward: Actor, now: datetime) -> None:
    run = waiting_run(steward, now)
    move_run(run.id, "fail", now=now)
    tidy_up(now=now + RECEIVED_KEPT_FOR / 2)
    assert places.received_file(run).exists()
    tidy_up(now=now + 2 * RECEIVED_KEPT_FOR)
    assert not places.received_file(run).exists()


@pytest.mark.django_db
def test_a_waiting_run_is_neither_ended_nor_offered_twice(steward: Actor, now: datetime) -> None:
    run = waiting_run(steward, now)
    assert tidy_up(now=now + timedelta(hours=2)) == []
    run.refresh_from_db()
    assert run.state == RunState.RECEIVED


@pytest.mark.django_db
def test_a_stored_file_that_was_damaged_fails_its_run(steward: Actor, now: datetime) -> None:
    run = waiting_run(steward, now)
    file = places.received_file(run)
    file.write_bytes(file.read_bytes()[:-9])
    process_run(run.id, now=now)
    run.refresh_from_db()
    assert (run.state, run.outcome_code) == ("FAILED", "DAMAGED_IN_STORE")


@pytest.mark.django_db
def test_a_run_is_processed_once(steward: Actor, now: datetime) -> None:
    run = waiting_run(steward, now)
    process_run(run.id, now=now)
    process_run(run.id, now=now)
    assert FeedRun.objects.get(pk=run.id).moves.count() == 4
    with alive(run.id) as mine:
        assert mine
