"""Hostile questions end as an answer of what is open or as a refusal that says why; nothing else is ever told."""

import http.client
import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from haihe.data.open.store.testing import COLUMNS
from haihe.openreads.testing import Answer, Served
from haihe.openreads.tests.conftest import DATASETS, KEYS, VERSIONS

BASE = "/open/v1/datasets/hospitals"
NAMES = {"_id", *(column.name for column in COLUMNS)}
HEADERS = {
    "date",
    "content-type",
    "content-length",
    "transfer-encoding",
    "connection",
    "cache-control",
    "etag",
    "last-modified",
    "link",
    "vary",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "content-disposition",
    "content-encoding",
    "content-range",
    "accept-ranges",
    "allow",
    "www-authenticate",
    "x-content-type-options",
}
HOSTILE = (
    "'",
    "''",
    '"',
    "1=1",
    "' or '1'='1",
    "name = 'x' or 1=1 --",
    "1; drop table rows",
    "1 union select sql from sqlite_master",
    "name = (select password from auth_user)",
    "name) from rows --",
    "*/ attach 'x' as y /*",
    "read_text('/etc/passwd')",
    "count(*) from pragma_database_list",
    "c0",
    "folded",
    "rowid",
    "id",
    "store_0.rows",
    "%s%n{0}{}$1?1:a@b",
    "%00",
    "\x00",
    "\r\nset-cookie: a=b\r\n\r\n<script>",
    "../../../etc/passwd",
    "..\\..\\x",
    "/etc/passwd",
    "file:///etc/passwd",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "search('\"医院\" OR 1')",
    "search('医院* NEAR(x)')",
    "name like '%%%%%%'",
    "name in (" + ",".join(["'a'"] * 500) + ")",
    "(" * 4000,
    "not " * 1000,
    "beds = " + "9" * 4000,
    "a" * 20_000,
    "9" * 400,
    "-1",
    "0",
    "1e999",
    "NaN",
    "true",
    "null",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "-5",
    "１",
    "ı",
    "\u202e",
    "\ud7ff",
    "𝕊",
    "W10",
    "WzFd",
    "W251bGwsMV0",
    "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTld",
    "W3siYSI6MX0sMV0",
    "=1+1",
)
PARAMETERS = (
    "where",
    "select",
    "order",
    "limit",
    "cursor",
    "count",
    "as_of",
    "format",
    "group",
    "aggregate",
    "for",
    "callback",
    "_id",
)
DOORS = ("", "/rows", "/groups", "/openapi.json", "/export.csv", "/export.parquet", "/export.nt")


@pytest.fixture(scope="module")
def attacked(open_folder: Path) -> Iterator[Served]:
    with Served(open_folder) as served:
        served.publish(DATASETS, VERSIONS, KEYS)
        yield served


def _raw(served: Served, target: str, **headers: str) -> Answer:
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)) as connection:
        connection.putrequest("GET", target, skip_host=False)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def _check(answer: Answer) -> None:
    assert answer.status < 500, answer.body
    assert {name.lower() for name in answer.headers} <= HEADERS
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json
        assert told["type"].startswith("urn:haihe:problem:")
        assert re.search(r"[一-鿿]", told["detail"])
        assert len(answer.body) < 2_000
    for secret in (b"sqlite_master", b"store_0", b"Traceback", b"/open/hospitals", b"root:"):
        assert secret not in answer.body


@given(
    door=some.sampled_from(DOORS),
    asked=some.dictionaries(
        some.sampled_from(PARAMETERS), some.sampled_from(HOSTILE) | some.text(max_size=30), max_size=3
    ),
)
@example(door="/rows", asked={"as_of": "9999-12-31"})
@example(door="/groups", asked={"group": "district", "order": "-count", "format": "geojson"})
@example(door="/rows", asked={"where": "(" * 4000})
@settings(max_examples=200, deadline=None)
def test_every_parameter_takes_anything(attacked: Served, door: str, asked: dict[str, str]) -> None:
    query = urlencode(asked, errors="replace")
    answer = _raw(attacked, f"{BASE}{door}?{query}")
    _check(answer)
    if door == "/rows" and answer.status == 200 and answer.headers["content-type"] == "application/json":
        rows = answer.json["rows"]
        assert len(rows) <= 1000
        assert all(set(row) <= NAMES for row in rows)


@pytest.mark.parametrize("number", range(len(PARAMETERS)))
def test_every_parameter_of_rows_takes_each_attack(attacked: Served, number: int) -> None:
    for hostile in HOSTILE:
        _check(_raw(attacked, f"{BASE}/rows?{urlencode({PARAMETERS[number]: hostile})}"))


@pytest.mark.parametrize("hostile", ["..", "../1", "1/../../2", "%2e%2e%2f1", "1%00", ".1.4711", "1 ", "2'", "/"])
def test_versions_and_names_lead_nowhere_else(attacked: Served, hostile: str) -> None:
    assert _raw(attacked, f"{BASE}/rows?as_of={quote(hostile)}").status == 404
    for place in (
        f"/open/v1/datasets/{quote(hostile, safe='/.%')}/rows",
        f"/open/v1/datasets/hospitals/{quote(hostile)}",
    ):
        answer = _raw(attacked, place)
        assert answer.status == 404
        _check(answer)


@given(
    name=some.sampled_from(
        ["range", "if-none-match", "accept", "accept-encoding", "authorization", "if-range", "x-forwarded-for"]
    ),
    value=some.text(some.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
    | some.sampled_from(
        ["bytes=" + "0-0," * 2000, "bytes=0-" + "9" * 99, "bytes=-0", "gzip;q=" + "9" * 999, "a," * 4000]
    ),
)
@settings(max_examples=100, deadline=None)
def test_every_header_takes_anything(attacked: Served, name: str, value: str) -> None:
    for door in ("/rows?limit=1", "/export.parquet"):
        _check(_raw(attacked, BASE + door, **{name.replace("-", "_"): value.strip()}))


def test_many_ranges_are_not_made_into_many_copies(attacked: Served) -> None:
    whole = _raw(attacked, f"{BASE}/export.parquet")
    many = _raw(attacked, f"{BASE}/export.parquet", range="bytes=" + ",".join(f"0-{n}" for n in range(1000)))
    assert (many.status, len(many.body)) == (200, len(whole.body))


def test_names_of_files_are_ours_alone(attacked: Served) -> None:
    attacked.publish(DATASETS, VERSIONS, KEYS)
    for asked in ("as_of=2%0d%0aset-cookie:%20a=b", 'as_of=2"; filename="x.exe', "where=%0d%0aset-cookie:a=b"):
        answer = _raw(attacked, f"{BASE}/export.csv?{quote(asked, safe='=%&')}")
        assert answer.status in (400, 404)
        assert "set-cookie" not in answer.headers
    assert (
        _raw(attacked, f"{BASE}/export.csv").headers["content-disposition"] == 'attachment; filename="hospitals-2.csv"'
    )


def test_a_forged_cursor_shows_no_more_than_a_condition_would(attacked: Served) -> None:
    # [null, 1] behind an order by a column that has values: the rows behind what is missing.
    for cursor in ("W251bGwsMV0", "Wy05MjIzMzcyMDM2ODU0Nzc1ODA4LC05MjIzMzcyMDM2ODU0Nzc1ODA4XQ", "WzEuNSwxXQ"):
        answer = attacked.get(f"{BASE}/rows?order=beds&cursor={cursor}")
        _check(answer)
        if answer.status == 200:
            assert all(set(row) == NAMES for row in answer.json["rows"])


@pytest.mark.parametrize(
    "where",
    [
        "(" * 4000,
        "not " * 1000 + "(",
        "'" * 4001,
        '"' * 4001,
        " " * 4000 + "x",
        "name like '" + "%" * 3900 + "'",
        "1" * 4000,
        "name = " + "-" * 4000,
        "a." * 2000,
        "search('" + " ".join(map(chr, range(0x4E00, 0x4E00 + 1900))) + "')",
        "beds in (" + "1," * 1990 + "1)",
        "x" * 20_000,
    ],
    ids=range(12),
)
def test_long_conditions_are_refused_at_once(attacked: Served, where: str) -> None:
    started = time.perf_counter()
    answer = _raw(attacked, f"{BASE}/rows?{urlencode({'where': where})}")
    _check(answer)
    assert answer.status in (400, 413, 414)
    assert time.perf_counter() - started < 2


def test_a_request_line_without_end_is_cut_off(attacked: Served) -> None:
    with socket.create_connection(("127.0.0.1", attacked.port), timeout=60) as wire:
        wire.sendall(b"GET /open/v1/datasets/hospitals/rows?where=")
        told = b""
        try:
            for _ in range(100):
                wire.sendall(b"a" * 10_000)
        except OSError:
            pass  # hung up on, as it should
        try:
            told = wire.recv(10_000)
        except ConnectionError:
            return
    assert b" 200 " not in told
