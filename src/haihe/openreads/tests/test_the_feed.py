"""What the database publishes is served, and what was used is written down there."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from haihe.openreads.feed import Feed
from haihe.openreads.picture import Picture
from haihe.openreads.testing import PUBLISHED_AT, create_stand_ins, dataset_row, key_row, version_row
from haihe.openreads.usage import CALL, Usage


async def _until(feed: Feed, picture: Picture, usage: Usage) -> None:
    task = asyncio.create_task(feed.run())
    async with asyncio.timeout(20):
        while picture.dataset("hospitals") is None or usage.told():
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _insert(connection: psycopg.Connection[tuple[object, ...]], table: str, row: dict[str, object]) -> None:
    marks = ", ".join("%s" for _ in row)
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})".encode(), list(row.values()))


@pytest.fixture
def database(stand_in: str) -> str:
    with psycopg.connect(stand_in, autocommit=True) as connection:
        create_stand_ins(connection)
        _insert(connection, "openreads_dataset", dataset_row())
        _insert(connection, "openreads_version", version_row(version="2"))
        _insert(connection, "openreads_key", key_row("a key"))
    return stand_in


def test_the_picture_and_the_counts_travel(database: str, tmp_path: Path) -> None:
    usage, picture = Usage(PUBLISHED_AT.timestamp), Picture()
    for name in ("hospitals", "hospitals", "never-published"):
        usage.count(name, CALL)
    asyncio.run(_until(Feed(database, picture, usage), picture, usage))
    usage.count("hospitals", CALL)
    asyncio.run(_until(Feed(database, picture, usage), picture, usage))
    found = picture.dataset("120001/hospitals")
    assert found is not None
    assert found.current is not None
    assert found.current.path == "open/hospitals/2"
    with psycopg.connect(database) as connection:
        told = connection.execute("SELECT dataset, day::text, kind, count FROM open_data_usage").fetchall()
    assert told == [("hospitals", "2026-03-01", "CALL", 3)]
