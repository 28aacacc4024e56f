"""What programs get when they ask for rows and groups, and what they are told when they don't."""

import csv
import io
import zlib

import pyarrow as pa
import pytest

from haihe.openreads.testing import Served
from haihe.openreads.tests.conftest import KEY, OTHER_KEY

ROWS = "/open/v1/datasets/hospitals/rows"


def test_pages_follow_each_other_to_the_end(served: Served) -> None:
    seen, cursor = [], ""
    while cursor is not None:
        page = served.get(f"{ROWS}?limit=150&order=-beds&count=true" + (f"&cursor={cursor}" if cursor else "")).json
        seen += [row["_id"] for row in page["rows"]]
        assert (page["total"], page["version"]) == (400, "2")
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 400


def test_a_condition_that_needs_every_row_is_answered_too(served: Served) -> None:
    told = served.get(f"{ROWS}?where=search('诊所') and not beds = 7&select=name,beds&count=true").json
    assert told["total"] == len(told["rows"]) > 0
    assert {row["name"] for row in told["rows"]} == {"海河诊所"}
    assert set(told["rows"][0]) == {"_id", "name", "beds"}


def test_groups_have_their_figures(served: Served) -> None:
    told = served.get(
        "/open/v1/datasets/hospitals/groups?group=district&aggregate=count(*),max(beds)&order=-count"
    ).json
    counts = [group["count"] for group in told["groups"]]
    assert (told["is_whole"], sum(counts), counts) == (True, 400, sorted(counts, reverse=True))
    lines = served.get("/open/v1/datasets/hospitals/groups?group=district&format=csv").body.decode().splitlines()
    assert lines[0] == "district,count"


def test_rows_come_in_the_form_that_was_asked_for(served: Served) -> None:
    told = served.get(f"{ROWS}?limit=3").json["rows"]
    table = list(
        csv.DictReader(io.StringIO(served.get(f"{ROWS}?limit=3", accept="text/csv").body.decode(), newline=""))
    )
    assert [row["_id"] for row in table] == [str(row["_id"]) for row in told]
    arrow = pa.ipc.open_stream(served.get(f"{ROWS}?limit=3&format=arrow").body).read_all()
    assert arrow.to_pylist() == told
    points = served.get(f"{ROWS}?limit=3&format=geojson")
    assert points.headers["content-type"] == "application/geo+json"
    assert [feature["id"] for feature in points.json["features"]] == [row["_id"] for row in told]


def test_an_older_version_is_asked_by_name_or_by_day(served: Served) -> None:
    by_name = served.get(f"{ROWS}?as_of=1&count=true").json
    by_day = served.get(f"{ROWS}?as_of=2026-03-02&count=true").json
    assert by_name == by_day
    assert (by_name["version"], by_name["total"]) == ("1", 50)
    assert served.get(f"{ROWS}?as_of=2026-03-03").json["version"] == "2"
    assert served.get(f"{ROWS}?as_of=2020-01-01").status == 404


def test_what_is_known_is_not_sent_again(served: Served) -> None:
    first = served.get(f"{ROWS}?limit=2")
    again = served.get(f"{ROWS}?limit=2", if_none_match=first.headers["etag"])
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert served.get(f"{ROWS}?limit=3", if_none_match=first.headers["etag"]).status == 200
    assert first.headers["last-modified"] == "Tue, 03 Mar 2026 04:00:00 GMT"
    assert first.headers["cache-control"] == "public, no-cache"


def test_long_answers_are_packed_for_whoever_takes_it(served: Served) -> None:
    plain = served.get(ROWS)
    packed = served.get(ROWS, accept_encoding="br, gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert zlib.decompress(packed.body, 31) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in served.get(ROWS, accept_encoding="gzip;q=0").headers


def test_the_head_tells_the_length_and_nothing_else(served: Served) -> None:
    head, whole = served.get(ROWS, method="HEAD"), served.get(ROWS)
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(whole.body)))


def test_pages_of_other_sites_may_ask(served: Served) -> None:
    asked = served.get(ROWS, method="OPTIONS", origin="https://a.example", access_control_request_method="GET")
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (204, "*")
    assert served.get(ROWS, method="POST").status == 405


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/open/v1/datasets/nobody/rows", 404, "not-found"),
        ("/open/v1/datasets/hospitals/columns", 404, "not-found"),
        ("/open/v1/datasets/../../etc/passwd", 404, "not-found"),
        ("/open/v1/datasets/files-only/rows", 404, "not-found"),
        ("/open/v1/datasets/empty/rows", 404, "not-found"),
        ("/open/v1/datasets/paused/rows", 503, "unavailable"),
        ("/open/v1/datasets/gone/rows", 410, "dataset-withdrawn"),
        ("/open/v1/datasets/broken/rows", 503, "unavailable"),
        ("/open/v1/datasets/secret-clubs/rows", 403, "access-conditional"),
        (f"{ROWS}?where=beds='x'", 400, "query-invalid"),
        (f"{ROWS}?where=name = 'x' union select 1", 400, "query-invalid"),
        (f"{ROWS}?limit=1&limit=2", 400, "query-invalid"),
        (f"{ROWS}?nothing=1", 400, "query-invalid"),
        (f"{ROWS}?where=%ff", 400, "query-invalid"),
        (f"{ROWS}?format=xml", 400, "query-invalid"),
        ("/open/v1/datasets/hospitals/groups?group=nobody", 400, "query-invalid"),
        ("/open/v1/datasets/hospitals/export.exe", 404, "not-found"),
        ("/open/v1/datasets/hospitals/export.csv?limit=1", 400, "query-invalid"),
        ("/open/v1/datasets/hospitals/export.csv?where=beds", 400, "query-invalid"),
    ],
)
def test_refusals_say_what_is_wrong_in_both_languages(served: Served, path: str, status: int, kind: str) -> None:
    told = served.get(path)
    assert (told.status, told.headers["content-type"]) == (status, "application/problem+json")
    assert told.json["type"] == f"urn:haihe:problem:{kind}"
    assert any("一" <= sign <= "鿿" for sign in told.json["detail"])
    assert told.headers["access-control-allow-origin"] == "*"


def test_conditional_data_goes_to_keys_that_name_it(served: Served) -> None:
    path = "/open/v1/datasets/secret-clubs/rows"
    assert served.get(path, key=KEY).json["rows"]
    assert served.get(path, key=KEY).headers["cache-control"] == "private, no-cache"
    assert served.get(path, key=OTHER_KEY).status == 403
    assert served.get("/open/v1/datasets/secret-clubs/export.csv").status == 403
    assert served.get("/open/v1/datasets/secret-clubs/export.parquet", key=OTHER_KEY).status == 403
    for wrong in ("nobody's", "old"):
        refused = served.get(ROWS, key=wrong)
        assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_a_dataset_describes_itself(served: Served) -> None:
    told = served.get("/open/v1/datasets/hospitals").json
    assert [version["version"] for version in told["versions"]] == ["1", "2"]
    assert told["columns"][1]["title_zh"] == "所在区"
    document = served.get("/open/v1/datasets/hospitals/openapi.json").json
    assert document["servers"] == [{"url": "https://open.example/open/v1/datasets/hospitals"}]
    assert set(document["paths"]) == {"/rows", "/groups", "/export.{form}"}
    assert set(served.get("/open/v1/datasets/files-only/openapi.json").json["paths"]) == {"/export.{form}"}
    assert served.get("/open/v1/datasets/120001/hospitals").json["slug"] == "hospitals"
