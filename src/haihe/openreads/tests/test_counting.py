"""What is counted stays counted: over a kill, over a broken line, in one process or several."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from haihe.data.open.counting import CountFile
from haihe.openreads import usage as usages
from haihe.openreads.testing import PUBLISHED_AT, create_stand_ins, dataset_row, insert
from haihe.openreads.usage import CALL, DOWNLOAD, Usage

NOW = PUBLISHED_AT.timestamp()


@pytest.fixture
def database(stand_in: str) -> str:
    with psycopg.connect(stand_in, autocommit=True) as connection:
        create_stand_ins(connection)
        insert(connection, "openreads_dataset", dataset_row())
    return stand_in


def figures(database: str) -> tuple[int, int]:
    """Return what was used in all, and what the counters told; they are one and the same."""
    with psycopg.connect(database) as connection:
        ((used, counted),) = connection.execute(
            "SELECT (SELECT coalesce(sum(count), 0)::int FROM open_data_usage),"
            " (SELECT coalesce(sum(count), 0)::int FROM open_data_counted)"
        ).fetchall()
    return used, counted


def test_sums_told_twice_are_counted_once(database: str, tmp_path: Path) -> None:
    file = usages.file_of(tmp_path, 1)

    async def tell(usage: Usage) -> None:
        connecting = psycopg.AsyncConnection.connect(database, autocommit=True, row_factory=dict_row)
        async with await connecting as connection:
            await usage.write(connection)

    usage = Usage(lambda: NOW, file)
    for kind in (CALL, CALL, DOWNLOAD):
        usage.count("hospitals", kind)
    asyncio.run(tell(usage))
    assert (figures(database), usage.told()) == ((3, 3), {})
    # As after a kill between the database's commit and our noting it: the same sums are told again.
    again = Usage(lambda: NOW, file)
    again.count("hospitals", CALL)
    asyncio.run(tell(again))
    assert figures(database) == (4, 4)
    # Another process beside it counts too; one that ended and has none after it is told for.
    beside = Usage(lambda: NOW, usages.file_of(tmp_path, 2))
    beside.count("hospitals", CALL)
    asyncio.run(tell(Usage(lambda: NOW, file)))
    assert figures(database) == (5, 5)
    # The next day the file forgets what was told of days that are over; the sums don't go back.
    later = [NOW]
    kept = Usage(lambda: later[0], file)
    asyncio.run(tell(kept))
    later[0] += 3 * 86_400
    asyncio.run(tell(kept))
    assert len(CountFile(file)) == 0
    kept.count("hospitals", CALL)
    asyncio.run(tell(kept))
    assert figures(database) == (6, 6)
