"""The disk of the centre is full: it is named, runs end with it as their reason, and go on by themselves with room."""

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from haihe.base.accounts.api import Actor
from haihe.base.watch.probes import disk_full
from haihe.base.watch.rules import RULES
from haihe.data.exchange import api as exchange
from haihe.data.exchange.models import FeedRun, Snapshot
from haihe.data.exchange.operations.going_on import go_on
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.operations.rerun import NothingToRerun, rerun
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row

pytestmark = [pytest.mark.faults, pytest.mark.engine("ip"), pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LATER = timedelta(minutes=6)
STEWARD = Actor(user_id=None, name="孙丽华", roles=frozenset({("STEWARD", "120012")}))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A data directory on a small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", str(folder)], check=True)
    try:
        for kept in Path(settings.HAIHE.data_dir).glob("keyring*"):
            shutil.copy(kept, folder)
        with override_settings(HAIHE=replace(settings.HAIHE, data_dir=folder)):
            yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Fill it to its last byte, and empty it again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while os.write(file.fileno(), bytes(size)):
                    continue
            except OSError:
                continue
    try:
        yield
    finally:
        ballast.unlink()


def handed_in(rows: int, now: datetime) -> FeedRun:
    lines = [HEADER, *(",".join(row(id_number(serial))) for serial in range(rows))]
    content = io.BytesIO("\n".join(lines).encode())
    return FeedRun.objects.get(pk=exchange.receive_file(STEWARD, RELIEF, "a.csv", content, now=now, inline=False).id)


def test_a_run_without_room_says_so_and_goes_on_by_itself(small_disk: Path) -> None:
    served = handed_in(10, NOW)
    process_run(served.pk, now=NOW)
    stopped = handed_in(20, NOW + LATER)
    with filled(small_disk):
        process_run(stopped.pk, now=NOW + LATER)
        stopped.refresh_from_db()
        assert (stopped.state, stopped.outcome_code) == ("FAILED", "DISK_FULL")
        assert "磁盘已满" in stopped.outcome
        assert Snapshot.objects.get(is_current=True).row_count == 10
        [told] = [reading for reading in disk_full(NOW) if reading.title.endswith("disk")]
        assert told.value >= RULES["disk-full"].limits.opens
        assert go_on(now=NOW + 2 * LATER) == 0
    assert go_on(now=NOW + LATER) == 0, "not at once"
    assert go_on(now=NOW + 2 * LATER + timedelta(minutes=1)) == 1
    again = FeedRun.objects.exclude(pk__in=[served.pk, stopped.pk]).get()
    same = ("filename", "format", "as_of", "source_sha256", "submitted_name", "connector", "mode")
    assert [getattr(again, name) for name in same] == [getattr(stopped, name) for name in same]
    process_run(again.pk, now=NOW + 3 * LATER)
    again.refresh_from_db()
    assert (again.state, Snapshot.objects.get(is_current=True).row_count) == ("PUBLISHED", 20)
    assert go_on(now=NOW + 4 * LATER) == 0
    with pytest.raises(NothingToRerun):
        rerun(STEWARD, stopped.pk, now=NOW + 4 * LATER)


def test_what_is_older_than_what_serves_by_then_does_not_come_over_it(small_disk: Path) -> None:
    stopped = handed_in(20, NOW)
    with filled(small_disk):
        process_run(stopped.pk, now=NOW)
    newer = handed_in(30, NOW + LATER)
    process_run(newer.pk, now=NOW + LATER)
    assert go_on(now=NOW + 2 * LATER) == 0
    assert Snapshot.objects.get(is_current=True).row_count == 30


def test_nothing_is_taken_that_there_is_no_room_for(small_disk: Path) -> None:
    with filled(small_disk), pytest.raises(exchange.FileRefused) as refused:
        handed_in(10, NOW)
    assert refused.value.code == "NO_ROOM"
    assert FeedRun.objects.count() == 0
    assert list((small_disk / "feeds").glob("*")) == [], "nothing is left half-written"
