"""A file is received, checked and published, or held; the last good snapshot keeps serving."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import lmdb
import pytest
from django.conf import settings
from django.db import connection

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.keys.api import keyring
from haihe.base.outbox.models import Event
from haihe.city.cast import LIU, WANG
from haihe.data.exchange import api, lake, places
from haihe.data.exchange.models import FeedRun, RunState, Snapshot
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, relief_lines, row, small_dirty_file
from haihe.kernel.subject_index import decode_entry

pytestmark = pytest.mark.django_db


def feed(steward: Actor, content: bytes, now: datetime, **options: object) -> api.FeedRunInfo:
    return api.receive_file(steward, RELIEF, "救助对象.csv", io.BytesIO(content), now=now, **options)  # type: ignore[arg-type]  # keywords as the caller gives them


def rejected_file() -> bytes:
    return "\n".join([*relief_lines(2), ",".join(row(id_number(3), size="x"))]).encode()


def entry(path: str, number: str) -> bytes | None:
    folder = Path(settings.HAIHE.data_dir) / path
    with lmdb.open(str(folder), readonly=True, lock=False) as environment, environment.begin() as read:
        return read.get(keyring().subject_key(number))


def test_a_good_file_becomes_the_current_snapshot(steward: Actor, now: datetime) -> None:
    run = feed(steward, small_dirty_file(), now)
    assert (run.state, run.rows_in, run.rows_accepted, run.rows_rejected) == ("PUBLISHED", 125, 121, 4)
    snapshot = api.latest_snapshot(RELIEF)
    assert snapshot is not None
    assert (snapshot.row_count, snapshot.in_doubt_count, snapshot.as_of) == (121, 1, now)
    assert snapshot.index_path == f"indexes/120012-000001/{snapshot.id}"
    liu, wang = entry(snapshot.index_path, LIU.id_number or ""), entry(snapshot.index_path, WANG.id_number or "")
    assert liu is not None
    assert decode_entry(liu).fields["status"] == "在保"
    assert wang is not None
    assert decode_entry(wang).in_doubt
    assert [move.name for move in FeedRun.objects.get(pk=run.id).moves.all()] == [
        "receive",
        "begin",
        "check",
        "publish",
    ]


def test_the_snapshot_is_read_only_and_proves_itself(steward: Actor, now: datetime) -> None:
    run = FeedRun.objects.get(pk=feed(steward, small_dirty_file(), now).id)
    folder = places.data_dir() / run.folder
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o400}
    file = lake.checked_file(folder, lake.DATA, manifest_sha256=run.manifest_sha256)
    assert lake.sha256_of(file) == Snapshot.objects.get(run=run).data_sha256
    for name in (lake.DATA, lake.MANIFEST):
        (folder / name).chmod(0o600)
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content.replace(b"a", b"b", 1))
        with pytest.raises(lake.SnapshotDamaged):
            lake.checked_file(folder, lake.DATA, manifest_sha256=run.manifest_sha256)
        (folder / name).write_bytes(content)


def test_nothing_plain_stays_behind(steward: Actor, now: datetime) -> None:
    run = feed(steward, small_dirty_file(), now)
    held = feed(steward, rejected_file(), now)
    number = (LIU.id_number or "").encode()
    for file in places.data_dir().rglob("*"):
        if file.is_file() and file.name != "keyring.json":
            content = file.read_bytes()
            assert number not in content
            assert id_number(0).encode() not in content
    for run_id in (run.id, held.id):
        assert not places.received_file(FeedRun.objects.get(pk=run_id)).exists()


def test_a_file_with_too_many_rejects_is_held_and_the_last_good_one_serves(steward: Actor, now: datetime) -> None:
    feed(steward, small_dirty_file(), now)
    good = api.latest_snapshot(RELIEF)
    held = feed(steward, rejected_file(), now + timedelta(hours=1))
    assert (held.state, held.outcome_code) == ("REJECTED", "TOO_MANY_REJECTS")
    assert "33.3%" in held.outcome
    assert api.latest_snapshot(RELIEF) == good
    run = FeedRun.objects.get(pk=held.id)
    assert lake.checked_file(places.data_dir() / run.folder, lake.REJECTS, manifest_sha256=run.manifest_sha256)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 a workbook", "DAMAGED"),
        (HEADER.encode(), "NO_ROWS"),
        (f"{HEADER}\n合计,3".encode(), "NO_ROWS"),
        ("姓名,证件号码\n张三,1".encode(), "MISSING_COLUMNS"),
        (f"{HEADER},姓名\n".encode(), "REPEATED_COLUMN"),
        (b"1,2,3\n" * 40, "NO_HEADER"),
    ],
)
def test_a_file_that_cannot_be_used_is_rejected_with_a_sentence(
    steward: Actor, now: datetime, content: bytes, code: str
) -> None:
    run = feed(steward, content, now)
    assert (run.state, run.outcome_code) == ("REJECTED", code)
    assert run.outcome.endswith("。")
    assert api.latest_snapshot(RELIEF) is None


def test_older_data_never_replaces_newer(steward: Actor, now: datetime) -> None:
    feed(steward, small_dirty_file(), now)
    for as_of in (now - timedelta(days=1), now + timedelta(days=1)):
        with pytest.raises(api.FileRefused):
            feed(steward, small_dirty_file(), now, as_of=as_of)
    assert FeedRun.objects.count() == 1


def test_only_the_owners_steward_may_feed(now: datetime, outsider: Actor, operator: Actor) -> None:
    for stranger in (outsider, operator):
        with pytest.raises(NotPermitted):
            feed(stranger, small_dirty_file(), now)
    assert FeedRun.objects.count() == 0


@pytest.mark.parametrize("resource", ["120012/000009", "../../etc/passwd", "120012-000001", ""])
def test_a_resource_without_rules_takes_no_files(steward: Actor, now: datetime, resource: str) -> None:
    with pytest.raises(api.NoRules):
        api.receive_file(steward, resource, "a.csv", io.BytesIO(b"x"), now=now)


def test_an_empty_file_is_not_even_taken(steward: Actor, now: datetime) -> None:
    with pytest.raises(api.FileRefused, match="EMPTY_FILE"):
        feed(steward, b"", now)
    assert FeedRun.objects.count() == 0


def test_a_file_name_is_never_a_path(steward: Actor, now: datetime) -> None:
    name = "..\\..\\a/../\u202e救助\0.csv"
    run = api.receive_file(steward, RELIEF, name, io.BytesIO(small_dirty_file()), now=now)
    assert run.filename == "救助.csv"


def test_two_indexes_are_kept_and_older_ones_removed(steward: Actor, now: datetime) -> None:
    for day in range(4):
        feed(steward, small_dirty_file(), now + timedelta(days=day))
    snapshots = list(Snapshot.objects.order_by("created_at"))
    exist = [(places.data_dir() / snapshot.index_path).exists() for snapshot in snapshots]
    assert exist == [False, False, True, True]
    assert [snapshot.index_removed_at is None for snapshot in snapshots] == exist
    assert [snapshot.is_current for snapshot in snapshots] == [False, False, False, True]
    assert all((places.data_dir() / snapshot.path / lake.DATA).exists() for snapshot in snapshots)


def test_large_files_wait_for_the_worker(steward: Actor, now: datetime) -> None:
    run = feed(steward, small_dirty_file(), now, inline=False)
    assert run.state == RunState.RECEIVED
    stored = FeedRun.objects.get(pk=run.id)
    assert stored.queued
    assert places.received_file(stored).exists()


def test_only_what_is_published_is_announced(steward: Actor, now: datetime) -> None:
    feed(steward, rejected_file(), now)
    assert not Event.objects.exists()
    run = feed(steward, small_dirty_file(), now)
    event = Event.objects.get(topic="exchange.snapshot_published")
    snapshot = Snapshot.objects.get()
    assert event.payload == {
        "resource": RELIEF,
        "snapshot": snapshot.id,
        "as_of": now.isoformat(),
        "run": str(run.id),
        "rows": 121,
    }


@pytest.mark.django_db(transaction=True)
def test_two_runs_of_one_resource_publish_one_after_the_other(steward: Actor, now: datetime) -> None:
    api.receive_file(steward, RELIEF, "先.csv", io.BytesIO(small_dirty_file()), now=now)
    later = [now + timedelta(hours=hours) for hours in range(1, 7)]
    waiting = [
        api.receive_file(steward, RELIEF, "后.csv", io.BytesIO(small_dirty_file(good_rows=4000)), now=at, inline=False)
        for at in later
    ]

    def work(run: UUID) -> None:
        try:
            process_run(run, now=later[-1])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(waiting)) as pool:
        list(pool.map(work, [run.id for run in waiting]))
    states = set(FeedRun.objects.filter(pk__in=[run.id for run in waiting]).values_list("state", "outcome_code"))
    # The latest is published for certain; an earlier one is, or was overtaken. None failed.
    assert states <= {("PUBLISHED", "PUBLISHED"), ("REJECTED", "OLDER_THAN_CURRENT")}
    assert FeedRun.objects.get(pk=waiting[-1].id).state == "PUBLISHED"
