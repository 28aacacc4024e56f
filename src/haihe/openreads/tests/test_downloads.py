"""Whole files arrive whole, or visibly not at all."""

import http.client
import io
import json
import time
import zlib
from pathlib import Path

import duckdb
import openpyxl
import pytest

from haihe.openreads.testing import Served
from haihe.openreads.tests.conftest import DATASETS, KEYS, VERSIONS

BASE = "/open/v1/datasets/hospitals"


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "geojson", "nt", "xlsx", "parquet"])
def test_every_form_comes_with_its_name(served: Served, form: str) -> None:
    told = served.get(f"{BASE}/export.{form}")
    assert told.status == 200
    assert told.headers["content-disposition"] == f'attachment; filename="hospitals-2.{form}"'
    assert len(told.body) > 5_000


def test_csv_is_whole_packed_or_plain(served: Served) -> None:
    plain = served.get(f"{BASE}/export.csv")
    packed = served.get(f"{BASE}/export.csv", accept_encoding="gzip")
    assert plain.headers["transfer-encoding"] == "chunked"
    assert zlib.decompress(packed.body, 31) == plain.body
    assert served.get(f"{BASE}/export.csv?for=spreadsheet").body.startswith(b"\xef\xbb\xbf")


def test_rows_of_a_condition_and_of_a_version(served: Served) -> None:
    lines = served.get(f"{BASE}/export.jsonl?as_of=1&where=beds = 20").body.splitlines()
    assert lines
    assert {json.loads(line)["beds"] for line in lines} == {20}


def test_a_workbook_opens(served: Served) -> None:
    book = openpyxl.load_workbook(io.BytesIO(served.get(f"{BASE}/export.xlsx").body), read_only=True)
    assert sum(1 for _ in book["1"].iter_rows()) == 401


def test_parts_of_the_parquet_file_can_be_asked_for(served: Served, open_folder: Path) -> None:
    whole = (open_folder / "open/hospitals/2/rows.parquet").read_bytes()
    path = f"{BASE}/export.parquet"
    head = served.get(path, method="HEAD")
    assert (head.headers["content-length"], head.headers["accept-ranges"]) == (str(len(whole)), "bytes")
    assert served.get(path).body == whole
    for asked, expected in (("bytes=0-3", whole[:4]), ("bytes=-8", whole[-8:]), ("bytes=100-", whole[100:])):
        part = served.get(path, range=asked)
        assert (part.status, part.body) == (206, expected)
        assert part.headers["content-length"] == str(len(expected))
    beyond = served.get(path, range=f"bytes={len(whole)}-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    assert served.get(path, range="lines=1-2").status == 200


def test_duckdb_reads_what_was_downloaded(served: Served, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(served.get(f"{BASE}/export.csv").body)
    ((count,),) = duckdb.execute("SELECT count(DISTINCT _id) FROM read_csv(?)", [str(tmp_path / "rows.csv")]).fetchall()
    assert count == 400


def test_who_leaves_in_the_middle_frees_the_place(served: Served) -> None:
    for _ in range(40):
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        connection.request("GET", f"{BASE}/export.nt")
        connection.getresponse()
        connection.close()
    deadline = time.monotonic() + 60
    while served.get(f"{BASE}/export.csv").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)  # places free themselves when the server has noticed who left


def test_what_is_used_is_counted(open_folder: Path) -> None:
    with Served(open_folder) as served:
        served.publish(DATASETS, VERSIONS, KEYS)
        served.get(f"{BASE}/rows?limit=1")
        served.get(f"{BASE}/rows?where=search('医院')")
        served.get(f"{BASE}/groups?group=district")
        served.get(f"{BASE}/export.csv")
        served.get(f"{BASE}/export.parquet")
        served.get(f"{BASE}/export.parquet", range="bytes=0-3")
        served.get(f"{BASE}/export.parquet", method="HEAD")
        served.get(f"{BASE}/rows?where=wrong")
        served.get(BASE)
        assert served.app.usage.told() == {
            ("hospitals", "2026-03-11", "CALL"): 3,
            ("hospitals", "2026-03-11", "DOWNLOAD"): 2,
        }
