"""Floods at the reading side: the slow, the many and the greedy are hung up on; others are answered meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from haihe.gateway import http
from haihe.gateway.testing_floods import PATIENCE_S, begun, ended
from haihe.openreads.testing import Served
from haihe.openreads.tests.conftest import DATASETS, KEYS, VERSIONS

BASE = "/open/v1/datasets/hospitals"
GET = f"GET {BASE}/rows?limit=1 HTTP/1.1\r\nHost: x\r\n".encode()
LIMIT_S = 1.0


@pytest.fixture(scope="module")
def flooded(open_folder: Path) -> Iterator[Served]:
    with Served(open_folder, message_time_s=LIMIT_S) as served:
        served.publish(DATASETS, VERSIONS, KEYS)
        yield served


@pytest.mark.parametrize(
    "said",
    [GET[:20], GET, GET.replace(b"GET", b"POST") + b"Content-Length: 1000\r\n\r\nx"],
    ids=["half a line", "half a head", "half a body"],
)
def test_the_slow_are_hung_up_on_and_others_are_answered(flooded: Served, said: bytes) -> None:
    with ExitStack() as stack:
        crowd = [begun(stack, flooded.port, said) for _ in range(100)]
        assert flooded.get(f"{BASE}/rows?limit=1").status == 200
        assert all(b" 200 " not in ended(wire) for wire in crowd)
    assert flooded.get(f"{BASE}/rows?limit=1").status == 200


def test_who_takes_all_connections_loses_them_to_whoever_comes(
    flooded: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_CONNECTIONS", 50)
    with ExitStack() as stack:
        crowd = [begun(stack, flooded.port, b"") for _ in range(80)]
        for _ in range(20):
            assert flooded.get(f"{BASE}/rows?limit=1").status == 200
        assert len(crowd) == 80


@pytest.mark.parametrize(
    "said",
    [
        GET + b"X: " + b"a" * (4 << 20),
        b"GET /" + b"a" * (4 << 20),
        GET.replace(b"GET", b"POST")
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 64,
        GET + b"X: y\r\n" * 500_000,
    ],
    ids=["header", "address", "chunks", "headers"],
)
def test_the_endless_is_cut_off_and_kept_by_nobody(flooded: Served, said: bytes) -> None:
    before = psutil.Process().memory_info().rss
    for _ in range(10):
        with ExitStack() as stack:
            wire = begun(stack, flooded.port, b"")
            try:
                wire.sendall(said)
            except ConnectionError:
                continue  # cut off before it was through
            told = ended(wire)
            assert not told or b"application/problem+json" in told
    assert psutil.Process().memory_info().rss - before < 64 << 20
    assert flooded.get(f"{BASE}/rows?limit=1").status == 200


def test_many_costly_questions_of_one_asker_leave_room_for_others(flooded: Served) -> None:
    costly = quote("name like '%院%' or not name like '%a%b%c%'", safe="")
    path = f"{BASE}/groups?group=name,district&aggregate=count(*),count(distinct name)&where={costly}"
    before = psutil.Process().memory_info().rss
    with ThreadPoolExecutor(64) as crowd:
        asked = [crowd.submit(flooded.get, path) for _ in range(400)]
        assert flooded.get(f"{BASE}/rows?limit=1", key="a key of the university").status == 200
        answers = [each.result(PATIENCE_S) for each in asked]
    assert {answer.status for answer in answers} <= {200, 429}
    assert all("retry-after" in answer.headers for answer in answers if answer.status == 429)
    assert psutil.Process().memory_info().rss - before < 256 << 20
