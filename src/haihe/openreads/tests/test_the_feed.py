"""What the database publishes is served, and what was used is written down there."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from haihe.openreads.feed import Feed
from haihe.openreads.picture import Picture
from haihe.openreads.reads import Read, Reads
from haihe.openreads.testing import PUBLISHED_AT, create_stand_ins, dataset_row, insert, key_row, version_row
from haihe.openreads.usage import CALL, Usage, file_of


async def _until(feed: Feed, picture: Picture, usage: Usage, waiting: Path | None = None) -> None:
    task = asyncio.create_task(feed.run())
    async with asyncio.timeout(60):
        while picture.dataset("hospitals") is None or usage.told() or (waiting and any(waiting.glob("*.jsonl"))):
            await asyncio.sleep(0.02)  # the feed looks by itself
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def database(stand_in: str) -> str:
    with psycopg.connect(stand_in, autocommit=True) as connection:
        create_stand_ins(connection)
        insert(connection, "openreads_dataset", dataset_row())
        insert(connection, "openreads_version", version_row(version="2"))
        insert(connection, "openreads_key", key_row("a key", grants=Jsonb({})))
    return stand_in


def test_the_picture_and_the_counts_travel(database: str, tmp_path: Path) -> None:
    usage, picture = Usage(PUBLISHED_AT.timestamp), Picture()
    for name in ("hospitals", "hospitals", "never-published"):
        usage.count(name, CALL)
    asyncio.run(_until(Feed(database, picture, usage, Reads(tmp_path)), picture, usage))
    usage.count("hospitals", CALL)
    asyncio.run(_until(Feed(database, picture, usage, Reads(tmp_path)), picture, usage))
    found = picture.dataset("120001/hospitals")
    assert found is not None
    assert found.current is not None
    assert found.current.path == "open/hospitals/2"
    with psycopg.connect(database) as connection:
        told = connection.execute("SELECT dataset, day::text, kind, count FROM open_data_usage").fetchall()
    assert told == [("hospitals", "2026-03-01", "CALL", 3)]


def test_what_keys_read_travels_once_and_waits_over_a_crash(database: str, tmp_path: Path) -> None:
    usage, picture, folder = Usage(PUBLISHED_AT.timestamp), Picture(), tmp_path / "open-reads"
    key = str(key_row("a key")["id"])
    usage.count("hospitals", CALL, key=key)
    before, now = Reads(tmp_path), Reads(tmp_path)
    first, second = _a_read(key), _a_read(key)
    before.keep(first)
    # It was killed while it wrote: what is torn was never answered.
    before.close()
    (file,) = folder.glob("*.jsonl")
    file.write_bytes(file.read_bytes() + b'\n{"id":"7')
    (folder / "again.jsonl").write_bytes(file.read_bytes())
    now.keep(second)
    asyncio.run(_until(Feed(database, picture, usage, now), picture, usage, folder))
    with psycopg.connect(database) as connection:
        reads = connection.execute('SELECT id::text, "grant", columns, rows FROM open_data_read').fetchall()
        used = connection.execute("SELECT key_id::text, day::text, count FROM open_data_key_usage").fetchall()
    assert sorted(reads) == sorted((each.id, "KF2026-000001", ["beds"], 3) for each in (first, second))
    assert used == [(key, "2026-03-01", 1)]


def test_what_another_process_writes_to_is_left_to_it(database: str, tmp_path: Path) -> None:
    usage, picture, other = Usage(PUBLISHED_AT.timestamp), Picture(), Reads(tmp_path)
    other.keep(_a_read(str(key_row("a key")["id"])))
    asyncio.run(_until(Feed(database, picture, usage, Reads(tmp_path)), picture, usage))
    assert len(list((tmp_path / "open-reads").glob("*.jsonl"))) == 1
    other.close()


def test_a_damaged_file_of_another_process_freezes_nothing(database: str, tmp_path: Path) -> None:
    own = file_of(tmp_path, 1)
    usage, picture = Usage(PUBLISHED_AT.timestamp, own), Picture()
    file_of(tmp_path, 7).write_bytes(b"")  # the power was gone while it was made

    async def suspended() -> None:
        task = asyncio.create_task(Feed(database, picture, usage, Reads(tmp_path)).run())
        async with asyncio.timeout(20):
            while picture.dataset("hospitals") is None:
                await asyncio.sleep(0.02)  # the feed looks by itself
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute("UPDATE openreads_dataset SET state = 'SUSPENDED'")
            while (found := picture.dataset("hospitals")) and found.state != "SUSPENDED":
                await asyncio.sleep(0.02)  # the feed looks by itself
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(suspended())
    usage.close()


def test_what_the_database_says_wrongly_once_freezes_nothing(database: str, tmp_path: Path) -> None:
    usage, picture = Usage(PUBLISHED_AT.timestamp), Picture()

    async def heard() -> None:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("UPDATE openreads_key SET grants = '[1]'")
            task = asyncio.create_task(Feed(database, picture, usage, Reads(tmp_path)).run())
            async with asyncio.timeout(20):
                await asyncio.sleep(0.5)  # so that it was asked once while it says that
                connection.execute("UPDATE openreads_key SET grants = '{}'")
                while picture.dataset("hospitals") is None:
                    await asyncio.sleep(0.02)  # the feed looks by itself
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(heard())


def test_a_record_that_nobody_would_find_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = Reads(tmp_path)

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "no space left")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "rename", full)
        for _ in range(2):
            with pytest.raises(OSError, match="no space"):
                reads.keep(_a_read("k"))
    reads.keep(_a_read("k"))
    (file,) = (tmp_path / "open-reads").glob("*.jsonl")
    assert file.read_bytes().count(b"hospitals") == 1
    reads.close()


def _a_read(key: str) -> Read:
    return Read(
        at=PUBLISHED_AT.timestamp(),
        dataset="hospitals",
        version="2",
        grant="KF2026-000001",
        key=key,
        holder="海河大学",
        what="rows",
        columns=("beds",),
        rows=3,
    )
