"""A process killed while it harvests leaves what it took; whoever takes the run up goes on, and nothing comes twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM
from haihe.data.harvest import operations
from haihe.data.harvest.models import HarvestRun, RemoteCatalogue
from haihe.data.harvest.testing import portal, slowly
from haihe.data.harvest.tests.conftest import reach_to, worked_on

WORK = """
import sys, django
from uuid import UUID
django.setup()
from django.utils import timezone
from haihe.data.harvest.operations import go_on
go_on(UUID(sys.argv[1]), clock=timezone.now)
"""


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_kill_9_between_pages() -> None:
    now = timezone.now()
    with portal(500) as remote:
        remote.before = slowly(0.15)
        row = RemoteCatalogue.objects.create(
            slug="binhai", title="滨海", kind="CKAN", url=remote.url, state="ACTIVE", created_at=now, updated_at=now
        )
        run = operations.start(actor=SYSTEM, slug=row.slug, is_dry=False, now=now)
        (port,) = reach_to(remote).ports
        told = {"HAIHE_OUTWARD_NETWORKS": "127.0.0.1/32", "HAIHE_OUTWARD_PORTS": str(port)}
        environment = os.environ | told | {"DJANGO_SETTINGS_MODULE": "haihe.web.settings"}
        process = subprocess.Popen([sys.executable, "-c", WORK, str(run.pk)], env=environment)
        while HarvestRun.objects.get(pk=run.pk).pages < 2:
            assert process.poll() is None, "the run ended before it could be killed"
            time.sleep(0.02)  # a program of its own: only the database tells how far it is
        process.send_signal(signal.SIGKILL)
        process.wait()
        cut = HarvestRun.objects.get(pk=run.pk)
        assert (cut.state, row.datasets.count()) == ("RUNNING", cut.seen)
        assert operations.sweep(now=now) == []
        assert operations.sweep(now=timezone.now() + timedelta(minutes=6)) == [run.pk]
        remote.before = lambda asked: None
        done = worked_on(cut, remote, now=timezone.now())
    assert (done.state, done.seen, done.new, row.datasets.count()) == ("DONE", 500, 500, 500)
