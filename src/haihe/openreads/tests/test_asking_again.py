"""What is asked again is answered as HTTP says: conditions, parts, wishes, links; and what was stopped isn't given."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from haihe.data.open.store import Column
from haihe.openreads.testing import Answer, Served, dataset_row, grant_row, key_row, version_row
from haihe.openreads.tests.conftest import DATASETS, KEY, KEYS, VERSIONS
from haihe.openreads.turns import AT_ONCE

BASE = "/open/v1/datasets/hospitals"


@pytest.fixture
def asked(open_folder: Path) -> Iterator[Served]:
    with Served(open_folder) as served:
        served.publish(DATASETS, VERSIONS, KEYS)
        yield served


@pytest.mark.parametrize("path", [BASE, f"{BASE}?as_of=1", f"{BASE}/openapi.json"])
def test_a_description_is_told_anew_once_it_says_something_else(asked: Served, path: str) -> None:
    etag = asked.get(path).headers["etag"]
    assert asked.get(path, if_none_match=etag).status == 304
    asked.publish([dataset_row(title="医院和诊所")], VERSIONS)
    told = asked.get(path, if_none_match=etag)
    assert (told.status, "医院和诊所" in told.body.decode()) == (200, True)
    assert asked.get(f"{BASE}/rows?limit=1").headers["etag"] == asked.get(f"{BASE}/rows?limit=1").headers["etag"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"),
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("text/csv;q=0.1, application/json", "application/json"),
        ("application/geo+json, */*;q=0.1", "application/geo+json"),
        ("application/json;q=0, application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.stream"),
        ("text/*", "text/csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("x-application/json-seq, text/csv;q=1.0", "text/csv"),
        ("*/*", "application/json"),
    ],
)
def test_the_form_is_the_one_that_is_wished_for_most(served: Served, accept: str, kind: str) -> None:
    assert served.get(f"{BASE}/rows?limit=1", accept=accept).headers["content-type"].partition(";")[0] == kind


@pytest.mark.parametrize("form", ["json", "csv", "arrow", "geojson"])
def test_in_every_form_the_next_page_is_linked(served: Served, form: str) -> None:
    path, pages = f"{BASE}/rows?limit=150&format={form}&order=-name&where=beds < 400", 0
    while path:
        told = served.get(path)
        pages += 1
        link = told.headers.get("link", "")
        assert not link or link.endswith('>; rel="next"')
        path = link.partition("<https://open.example")[2].partition(">")[0]
    assert pages == 2


def test_a_head_has_no_parts_and_no_length_of_one(served: Served, open_folder: Path) -> None:
    size = (open_folder / "open/hospitals/2/rows.parquet").stat().st_size
    for asked_for in ("bytes=0-3", f"bytes={size}-"):
        told = served.get(f"{BASE}/export.parquet", method="HEAD", range=asked_for)
        assert (told.status, told.headers["content-length"]) == (200, str(size))


def test_a_download_goes_on_where_it_stopped_if_it_is_still_the_same(served: Served) -> None:
    path = f"{BASE}/export.parquet"
    whole = served.get(path, accept_encoding="gzip, deflate, br")
    goes_on = served.get(path, range="bytes=100-", if_range=whole.headers["etag"], accept_encoding="identity")
    assert (goes_on.status, goes_on.body) == (206, whole.body[100:])
    other = served.get(path, range="bytes=100-", if_range='"of another version"')
    assert (other.status, other.body) == (200, whole.body)


def test_pages_of_other_sites_read_parts_and_links(served: Served) -> None:
    told = served.get(f"{BASE}/export.parquet", range="bytes=0-3")
    shown = {name.strip() for name in told.headers["access-control-expose-headers"].split(",")}
    assert {"content-range", "accept-ranges", "content-disposition", "retry-after", "link", "etag"} <= shown
    allowed = served.get(f"{BASE}/rows", method="OPTIONS").headers["access-control-allow-headers"]
    assert {"if-none-match", "range"} <= {name.strip() for name in allowed.split(",")}


def test_an_older_protocol_gets_no_chunks(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as line:
        line.sendall(f"GET {BASE}/export.csv HTTP/1.0\r\n\r\n".encode())
        told = b"".join(iter(lambda: line.recv(65536), b""))
    assert told.startswith(b"HTTP/1.1 400 ")


def test_what_a_file_is_for_is_known_or_refused(served: Served) -> None:
    assert served.get(f"{BASE}/export.csv?for=spreadsheets").status == 400


def test_a_file_that_is_refused_is_no_download(asked: Served) -> None:
    asked.app.downloads._of_one = 0
    for form in ("csv", "parquet"):
        assert asked.get(f"{BASE}/export.{form}").status == 429
    assert asked.app.usage.told() == {}


def test_a_version_whose_opening_nobody_knows_is_for_grants(asked: Served) -> None:
    asked.publish([dataset_row(opening="SOMETHING_NEW")], VERSIONS, KEYS)
    assert asked.get(f"{BASE}/rows").status == 403


LARGE = (Column("name", "名称", "Name", "text"), Column("note", "说明", "Note", "text"))


@pytest.mark.parametrize("how", ["suspended", "withdrawn", "revoked"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_file_on_its_way_stops_with_its_dataset(tmp_path: Path, form: str, how: str) -> None:
    write_large(tmp_path)
    opening = "CONDITIONAL" if how == "revoked" else "UNCONDITIONAL"
    row = dataset_row("notes", current_version="1", opening=opening)
    versions = [version_row("notes", rows=3000)]
    keys = [key_row(KEY, grants={"notes": grant_row("name", "note")})]
    with Served(tmp_path) as served:
        served.publish([row], versions, keys)
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        connection.request("GET", f"/open/v1/datasets/notes/export.{form}", headers={"authorization": f"Bearer {KEY}"})
        answer = connection.getresponse()
        assert (answer.status, len(answer.read(1000))) == (200, 1000)
        state = {"suspended": "SUSPENDED", "withdrawn": "WITHDRAWN"}.get(how, "PUBLISHED")
        served.publish([row | {"state": state}], versions, [] if how == "revoked" else keys)
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            answer.read()
        connection.close()


def test_what_waited_is_not_answered_once_its_dataset_is_stopped(asked: Served) -> None:
    begins, goes_on = threading.Event(), threading.Event()

    def busy() -> None:
        begins.set()
        goes_on.wait(30)

    for _ in range(AT_ONCE):
        asked.app.turns._pool.submit(busy)
    begins.wait(30)
    told = list[Answer]()
    waiting = threading.Thread(target=lambda: told.append(asked.get(f"{BASE}/rows?where=search('医院')")))
    waiting.start()
    while not asked.app.turns.pending:
        time.sleep(0.01)  # until it came in
    asked.publish([dataset_row(state="SUSPENDED")], VERSIONS)
    goes_on.set()
    waiting.join(30)
    assert told[0].status == 503


def write_large(folder: Path) -> None:
    """Write some 30 MB that pack badly, so that much of a file is still to come when its beginning was read."""
    import random

    from haihe.data.open.store import build
    from haihe.data.open.store.testing import write_rows

    chance = random.Random(3)  # noqa: S311 - rows, no secrets
    rows = [(n, f"{n}", chance.randbytes(5_000).hex()) for n in range(3_000)]
    write_rows(folder / "open/notes/1", LARGE, rows)
    build(folder / "open/notes/1", LARGE)
