"""A process killed anywhere in a delta leaves its base serving, and the delta can be merged again, once."""

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
from haihe.data.exchange.deltas.tests.test_changes_alone import change, changes, give
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.operations.tidy import tidy_up
from haihe.data.exchange.testing import RELIEF, relief_lines

BASE, CHANGED = 20_000, 20_000
FEED = """
import sys, django
from datetime import datetime
django.setup()
from haihe.base.accounts.api import Actor
from haihe.data.exchange.operations.receive import receive_file
steward = Actor(user_id=None, name="孙丽华", roles=frozenset({("STEWARD", "120012")}))
with open(sys.argv[1], "rb") as content:
    now = datetime.fromisoformat(sys.argv[2])
    receive_file(steward, "120012/000001", "变化.csv", content, now=now, mode="delta", inline=True)
"""


def start(file: Path, now: datetime) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "haihe.web.settings"}
    return subprocess.Popen([sys.executable, "-c", FEED, str(file), now.isoformat()], env=environment)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", [RunState.READING, RunState.CHECKED])
def test_kill_9_while_merging(steward: Actor, now: datetime, tmp_path: Path, state: RunState) -> None:
    assert give(steward, relief_lines(BASE), now=now, mode="full").state == "PUBLISHED"
    good = api.latest_snapshot(RELIEF)
    file, later = tmp_path / "changes.csv", now + timedelta(hours=1)
    moved = [change("upsert" if serial % 2 else "delete", serial, size="5") for serial in range(CHANGED)]
    file.write_text("\n".join(changes(*moved)))

    process = start(file, later)
    while not FeedRun.objects.filter(state=state, mode="delta").exists():
        assert process.poll() is None, "the delta ended before it could be killed"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert api.latest_snapshot(RELIEF) == good
    (ended,) = tidy_up(now=later)
    assert (ended.state, ended.outcome_code) == ("FAILED", "INTERRUPTED")
    assert not places.work_folder(ended).exists()

    again = FeedRun.objects.get(pk=api.rerun(steward, ended.id, now=later + timedelta(minutes=1)).id)
    process_run(again.id, now=later + timedelta(minutes=1))
    again.refresh_from_db()
    assert (again.state, again.mode) == ("PUBLISHED", "delta")
    counts = {name: again.merged[name] for name in ("before", "replaced", "deleted", "after")}
    assert counts == {"before": BASE, "replaced": CHANGED // 2, "deleted": CHANGED // 2, "after": BASE - CHANGED // 2}
