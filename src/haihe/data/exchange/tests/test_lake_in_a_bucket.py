"""The lake's files are in the bucket before they count, are brought back when needed, and go with their time."""

import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from tests.plugins.stores import Store

from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange import lake, places, storing
from haihe.data.exchange.bucket import BucketAway, BucketDamaged, bucket_of
from haihe.data.exchange.models import FeedRun, Snapshot
from haihe.data.exchange.reading import read_rows
from haihe.data.exchange.records import snapshot_info
from haihe.data.exchange.rejects import rejects_of
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row
from haihe.data.exchange.tests.test_pages import signed_in
from haihe.data.exchange.versions.keeping import Retention
from haihe.data.exchange.versions.operations.removing import remove_old_snapshots
from haihe.data.exchange.versions.operations.retaining import set_retention
from haihe.data.exchange.versions.tests.test_time_travel import DAY, ONE, TWO, fed

pytestmark = [pytest.mark.django_db, pytest.mark.engine("s3")]


def here(snapshot: Snapshot) -> Path:
    return places.data_dir() / snapshot.path


def key(snapshot: Snapshot, file: str) -> str:
    return f"city/tianjin/{snapshot.path}/{file}"


def lose(snapshot: Snapshot) -> None:
    """Empty the cache of a snapshot."""
    lake.remove(here(snapshot))


def numbers(snapshot: Snapshot) -> list[str]:
    return [one for batch in read_rows(snapshot_info(snapshot), ["id_number"]) for one in batch[1].to_pylist()]


def configure(**changes: object) -> None:
    place = storing.place()
    assert place is not None
    settings.HAIHE = replace(settings.HAIHE, lake_bucket=replace(place, **changes))  # type: ignore[arg-type]  # keywords as the caller gives them


def test_what_is_published_is_in_the_bucket_and_holds_no_number_in_clear(store: Store) -> None:
    one = fed(row(ONE), now=NOW)
    assert one.stored_at is not None
    assert store.written() == [
        key(one, name) for name in ("data.parquet", "manifest.json", "personal.parquet", "rejects.parquet")
    ]
    for each in store.written():
        with store.files.open_input_stream(each) as content:
            assert ONE.encode() not in content.read()


def test_what_is_missing_here_is_brought_and_proved(store: Store) -> None:
    one = fed(row(ONE), row(TWO), now=NOW)
    lose(one)
    assert sorted(numbers(one)) == sorted([ONE, TWO])
    assert list(rejects_of(one.run)) == []
    table = exchange.open_table(RELIEF)
    assert table is not None
    assert table.file.stat().st_mode & 0o777 == 0o400
    store.stop()
    assert len(numbers(one)) == 2


def test_rows_that_are_not_asked_for_are_not_brought(store: Store) -> None:
    one = fed(row(ONE), now=NOW)
    lose(one)
    exchange.stored_columns(RELIEF)
    assert [file.name for file in here(one).iterdir()] == ["manifest.json"]


def test_what_was_altered_in_the_bucket_is_refused(store: Store) -> None:
    one = fed(row(ONE), now=NOW)
    for name in ("data.parquet", "manifest.json"):
        lose(one)
        with store.files.open_output_stream(key(one, name)) as sink:
            sink.write(b"something else")
        with pytest.raises(lake.SnapshotDamaged):
            numbers(one)
        assert not (here(one) / name).exists()


def test_while_the_bucket_is_away_what_is_here_is_read_and_the_rest_says_so(store: Store) -> None:
    one = fed(row(ONE), now=NOW)
    two = fed(row(TWO), now=NOW + DAY)
    lose(one)
    store.stop()
    assert numbers(two) == [TWO]
    with pytest.raises(lake.SnapshotAway):
        numbers(one)


def test_nothing_is_published_that_could_not_be_stored(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    from io import BytesIO

    first = fed(row(ONE), now=NOW)
    store.stop()
    content = BytesIO("\n".join([HEADER, ",".join(row(TWO)), ""]).encode())
    info = exchange.receive_file(cast_actor("steward_mzj"), RELIEF, "二.csv", content, now=NOW + DAY, inline=True)
    assert (info.state, info.outcome_code) == ("FAILED", "STORE_AWAY")
    assert "对象存储暂时不可用" in info.outcome
    current = exchange.latest_snapshot(RELIEF)
    assert current is not None
    assert (current.id, numbers(first)) == (first.id, [ONE])
    run = FeedRun.objects.get(pk=info.id)
    assert not (places.data_dir() / places.lake_folder(run)).exists()
    assert not (places.data_dir() / places.index_folder(run)).exists()
    assert "secret-of-the-test" not in caplog.text
    store.start()
    again = exchange.rerun(cast_actor("steward_mzj"), info.id, now=NOW + 2 * DAY)
    assert FeedRun.objects.get(pk=again.id).state in {"RECEIVED", "PUBLISHED"}


def test_a_bucket_that_comes_back_in_time_is_waited_for(store: Store) -> None:
    one = fed(row(ONE), now=NOW)
    store.stop()
    configure(patience_s=60)
    enough = threading.Event()

    def come_back() -> None:
        time.sleep(1)  # meanwhile it is missed
        store.start()
        # The server ends with the thread that began it.
        enough.wait(60)

    back = threading.Thread(target=come_back)
    back.start()
    try:
        assert storing.store(one.path, clock=lambda: NOW) == NOW
        assert key(one, "manifest.json") in store.written()
    finally:
        enough.set()
        back.join()


def test_the_secret_is_in_no_text(store: Store) -> None:
    configure(endpoint="http://127.0.0.1:1")
    place = storing.place()
    assert place is not None
    assert "secret-of-the-test" not in repr(place) + repr(settings.HAIHE)
    with pytest.raises(BucketAway) as away:
        bucket_of(place).folders("lake", 2)
    assert "secret-of-the-test" not in str(away.value)


def test_the_cache_lets_go_of_what_was_read_longest_ago(store: Store) -> None:
    snapshots = [fed(row(ONE), row(TWO), now=NOW + day * DAY) for day in range(3)]
    for age, one in zip((50, 70, 90), snapshots, strict=True):
        os.utime(here(one), (time.time() - age * 60,) * 2)
    size = sum(file.stat().st_size for file in here(snapshots[0]).glob("*.parquet"))
    # Other tests' snapshots lie beside ours.
    total = sum(file.stat().st_size for file in (places.data_dir() / "lake").rglob("*.parquet"))
    configure(cache_bytes=total - size // 2)
    place = storing.place()
    assert place is not None
    assert storing.make_room(place, 0) >= size
    assert [bool(list(here(one).glob("*.parquet"))) for one in snapshots] == [True, False, True]
    configure(cache_bytes=0)
    storing.make_room(replace(place, cache_bytes=0), 0)
    assert not any(list(here(one).glob("*.parquet")) for one in snapshots)
    assert [len(numbers(one)) for one in snapshots] == [2, 2, 2]


def test_what_is_being_read_or_is_only_here_stays(store: Store) -> None:
    fresh = fed(row(ONE), now=NOW)
    Snapshot.objects.update(stored_at=None)
    os.utime(here(fresh), (1, 1))
    configure(cache_bytes=0)
    place = storing.place()
    assert place is not None
    assert storing.make_room(place, 0) == 0
    Snapshot.objects.update(stored_at=NOW)
    numbers(fresh)
    assert storing.make_room(place, 0) == 0


def test_old_snapshots_go_from_both(store: Store) -> None:
    first = fed(row(ONE), now=NOW)
    second = fed(row(TWO), now=NOW + DAY)
    set_retention(actor=cast_actor("steward_mzj"), resource=RELIEF, retention=Retention(30, 1, 0), now=NOW)
    store.stop()
    assert remove_old_snapshots(now=NOW + 60 * DAY) == 1
    store.start()
    remove_old_snapshots(now=NOW + 61 * DAY)
    first.refresh_from_db()
    assert (first.stored_at, here(first).exists()) == (None, False)
    assert not [each for each in store.written() if first.path in each]
    assert second.stored_at is not None


def test_what_was_published_before_there_was_a_bucket_is_stored_by_night(store: Store) -> None:
    bucket, settings.HAIHE = settings.HAIHE, replace(settings.HAIHE, lake_bucket=None)
    one = fed(row(ONE), now=NOW)
    assert (one.stored_at, store.written()) == (None, [])
    settings.HAIHE = bucket
    storing.keep(now=NOW)
    one.refresh_from_db()
    assert one.stored_at == NOW
    lose(one)
    assert numbers(one) == [ONE]


def test_what_was_never_published_is_removed_by_night_once_it_is_old(store: Store) -> None:
    one = fed(row(ONE), now=NOW)
    orphan = "city/tianjin/lake/120012-000001/20260101T000000Z-00000000/data.parquet"
    with store.files.open_output_stream(orphan) as sink:
        sink.write(b"left by a killed process")
    storing.keep(now=datetime.now(UTC))
    assert orphan in store.written()
    storing.keep(now=datetime.now(UTC) + timedelta(days=2))
    assert orphan not in store.written()
    assert key(one, "data.parquet") in store.written()


def test_writing_again_what_is_there_changes_nothing_and_another_content_is_found(store: Store, tmp_path: Path) -> None:
    place = storing.place()
    assert place is not None
    bucket, file = bucket_of(place), tmp_path / "a"
    file.write_bytes(b"one" * 5_000_000)
    for _ in range(2):
        bucket.put(file, "lake/r/s/a", lake.sha256_of(file))
    with pytest.raises(BucketDamaged):
        bucket.put(file, "lake/r/s/a", "0" * 64)


def test_the_page_of_versions_says_where_files_are(store: Store) -> None:
    from django.urls import reverse

    fed(row(id_number(3)), now=NOW)
    assert (
        "已存入对象存储" in signed_in("steward_mzj").get(reverse("exchange:versions", args=[RELIEF])).content.decode()
    )
