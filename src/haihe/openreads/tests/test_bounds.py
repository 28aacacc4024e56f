"""No asker takes all turns, no slow taker keeps a place, and no page grows beyond its bound."""

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from haihe.data.open.store import Column, build, open_store, read_query
from haihe.data.open.store.store import MOST_BYTES
from haihe.data.open.store.testing import write_rows
from haihe.gateway.messages import Reply
from haihe.openreads.beside import NICENESS, made_beside
from haihe.openreads.downloads import Gone, Pace
from haihe.openreads.refusing import Refused
from haihe.openreads.testing import Served
from haihe.openreads.turns import Turns

BASE = "/open/v1/datasets/hospitals"
DONE = Reply(200, "text/plain", b"")


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_one_asker_cant_fill_the_line(loop: asyncio.AbstractEventLoop) -> None:
    turns, go_on, answered = Turns(loop, of_one=2, most=3), threading.Event(), list[Reply]()

    def work() -> Reply:
        go_on.wait(60)
        return DONE

    def take(asker: str) -> None:
        turns.take(asker, work, answered.append, lambda refused: None)

    take("a")
    take("a")
    with pytest.raises(Refused) as refused:
        take("a")
    assert (refused.value.slug, refused.value.headers) == ("rate-limited", "retry-after: 2\r\n")
    take("b")
    with pytest.raises(Refused) as refused:
        take("c")
    assert refused.value.slug == "unavailable"
    go_on.set()

    async def settled() -> None:
        while turns.pending:
            await asyncio.sleep(0.01)  # answers come by the threads' word

    loop.run_until_complete(asyncio.wait_for(settled(), 60))
    assert len(answered) == 3
    turns.close()


def test_whoever_takes_too_slowly_is_hung_up_on() -> None:
    pace = Pace(grace_s=10)
    pace.took(1 << 20, 9.0)
    pace.took(1, 90.0)  # A megabyte in a hundred seconds is slow, but alive.
    with pytest.raises(Gone):
        pace.check(1000.0)
    stalled = Pace(grace_s=10)
    stalled.check(9.0)
    with pytest.raises(Gone):
        stalled.check(11.0)


def test_what_takes_longer_steps_back() -> None:
    assert made_beside(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())) == NICENESS
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) < NICENESS


def test_a_page_of_large_rows_is_shorter_and_the_next_goes_on(tmp_path: Path) -> None:
    columns = (Column("text", "文", "Text", "text"),)
    write_rows(tmp_path / "v", columns, [(n, "a" * (MOST_BYTES // 4)) for n in range(5)])
    build(tmp_path / "v", columns)
    store, seen, cursor = open_store(tmp_path / "v"), list[int](), ""
    while True:
        page = store.page(
            read_query({"limit": "1000", "select": "text"} | ({"cursor": cursor} if cursor else {}), columns)
        )
        assert page.size == (2 if seen else 3)
        seen += [row[0] for row in page.rows]
        if page.next is None:
            break
        cursor = page.next
    assert seen == list(range(5))
    store.close()


def test_groups_come_as_arrow(served: Served) -> None:
    path = f"{BASE}/groups?group=district&aggregate=count(*),sum(beds),avg(area),max(opened)&order=district"
    table = pa.ipc.open_stream(served.get(f"{path}&format=arrow").body).read_all()
    told = served.get(path).json["groups"]
    assert table.column_names == ["district", "count", "sum_beds", "avg_area", "max_opened"]
    for row, group in zip(table.to_pylist(), told, strict=True):
        assert row == pytest.approx(group) or row["district"] is None
    assert served.get(f"{path}&format=geojson").status == 400
    empty = pa.ipc.open_stream(served.get(f"{BASE}/groups?group=name&where=beds = 12345&format=arrow").body).read_all()
    assert empty.num_rows == 0
