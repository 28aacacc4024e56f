"""Conditional data: to keys with a grant, its columns alone, and nothing without a record on the disk."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from haihe.openreads.reads import Read
from haihe.openreads.testing import PUBLISHED_AT, Served, grant_row, key_row
from haihe.openreads.tests.conftest import DATASETS, KEY, KEYS, LATE_KEY, OTHER_KEY, SOME_KEY, VERSIONS

CLUBS = "/open/v1/datasets/secret-clubs"


def reads(folder: Path) -> list[Read]:
    files = (folder / "open-reads").glob("*.jsonl")
    return [msgspec.json.decode(line, type=Read) for file in files for line in file.read_bytes().split(b"\n") if line]


@pytest.fixture
def asked(open_folder: Path) -> Iterator[Served]:
    """A reading side of which nothing was read yet."""
    for file in (open_folder / "open-reads").glob("*.jsonl"):
        file.unlink()
    with Served(open_folder) as served:
        served.publish(DATASETS, VERSIONS, KEYS)
        yield served


def test_only_the_granted_columns_exist(served: Served) -> None:
    page = served.get(f"{CLUBS}/rows?limit=3&count=true", key=SOME_KEY).json
    assert (set(page["rows"][0]), page["total"]) == ({"_id", "district", "beds"}, 20)
    whole = served.get(f"{CLUBS}/rows?limit=3&order=-beds", key=KEY).json["rows"]
    narrow = served.get(f"{CLUBS}/rows?limit=3&order=-beds", key=SOME_KEY).json["rows"]
    assert narrow == [{name: row[name] for name in ("_id", "district", "beds")} for row in whole]
    told = served.get(CLUBS, key=SOME_KEY).json
    assert [column["name"] for column in told["columns"]] == ["district", "beds"]
    document = served.get(f"{CLUBS}/openapi.json", key=SOME_KEY).json
    assert set(document["components"]["schemas"]["Row"]["properties"]) == {"_id", "district", "beds"}
    groups = served.get(f"{CLUBS}/groups?group=district&aggregate=sum(beds)&where=beds > 1", key=SOME_KEY).json
    assert set(groups["groups"][0]) == {"district", "sum_beds"}


@pytest.mark.parametrize(
    "asked",
    [
        "rows?select=name",
        "rows?where=name = '海河诊所'",
        "rows?order=name",
        "rows?where=search('医院')",
        "rows?where=beds > 1 and not search('医院')",
        "rows?where=within(lon, lat, 116, 38, 118, 40)",
        "groups?group=name",
        "groups?aggregate=max(area)",
        "groups?where=search('医院')",
        "export.csv?where=name like '%'",
        "export.csv?where=search('医院')",
    ],
)
def test_others_cannot_be_asked_for(served: Served, asked: str) -> None:
    refused = served.get(f"{CLUBS}/{asked}", key=SOME_KEY)
    assert (refused.status, refused.json["type"]) == (400, "urn:haihe:problem:query-invalid")
    assert served.get(f"{CLUBS}/{asked}", key=KEY).status == 200


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "nt", "xlsx"])
def test_whole_files_hold_no_others(served: Served, form: str) -> None:
    whole, narrow = (served.get(f"{CLUBS}/export.{form}", key=key) for key in (KEY, SOME_KEY))
    assert (whole.status, narrow.status) == (200, 200)
    assert len(narrow.body) < len(whole.body)
    if form in ("csv", "jsonl", "nt"):
        assert "海河诊所" in whole.body.decode()
        assert "海河诊所" not in narrow.body.decode()
    if form == "csv":
        assert narrow.body.decode().splitlines()[0] == "_id,district,beds"
    assert served.get(f"{CLUBS}/export.{form}", key=OTHER_KEY).status == 403


def test_a_page_goes_on_behind_its_cursor(served: Served) -> None:
    first = served.get(f"{CLUBS}/rows?limit=12&order=-beds", key=SOME_KEY).json
    second = served.get(f"{CLUBS}/rows?limit=12&order=-beds&cursor={first['next']}", key=SOME_KEY).json
    assert len({row["_id"] for row in first["rows"] + second["rows"]}) == 20


def test_a_grant_ends_on_time_and_when_it_is_taken_back(asked: Served) -> None:
    assert asked.get(f"{CLUBS}/rows", key=LATE_KEY).status == 403
    assert asked.get(f"{CLUBS}/rows", key=SOME_KEY).status == 200
    asked.publish(DATASETS, VERSIONS, [key_row(SOME_KEY)])
    assert asked.get(f"{CLUBS}/rows", key=SOME_KEY).status == 403
    asked.publish(DATASETS, VERSIONS, [key_row(SOME_KEY, grants={"secret-clubs": grant_row("beds")})])
    assert asked.get(f"{CLUBS}/rows", key=SOME_KEY).status == 200
    asked.now = PUBLISHED_AT.timestamp() + 91 * 86_400
    assert asked.get(f"{CLUBS}/rows", key=SOME_KEY).status == 403


def test_an_old_picture_gives_nothing_that_needs_a_grant(asked: Served) -> None:
    asked.app.picture.heard_at -= 3_600
    assert asked.get(f"{CLUBS}/rows", key=KEY).status == 503
    assert asked.get("/open/v1/datasets/hospitals/rows", key=KEY).status == 200


def test_what_was_answered_before_is_not_known_under_another_grant(served: Served) -> None:
    etag = served.get(f"{CLUBS}/rows?limit=2", key=KEY).headers["etag"]
    assert served.get(f"{CLUBS}/rows?limit=2", key=KEY, if_none_match=etag).status == 304
    assert served.get(f"{CLUBS}/rows?limit=2", key=SOME_KEY, if_none_match=etag).status == 200


def test_each_answer_is_on_the_disk_before_it_goes_out(asked: Served, open_folder: Path) -> None:
    asked.get(f"{CLUBS}/rows?limit=3&select=beds", key=SOME_KEY)
    asked.get(f"{CLUBS}/rows?where=beds > 0&select=district", key=SOME_KEY)
    asked.get(f"{CLUBS}/groups?group=district", key=SOME_KEY)
    asked.get(f"{CLUBS}/export.csv?where=beds >= 0", key=SOME_KEY)
    asked.get(f"{CLUBS}/rows?select=name", key=SOME_KEY)
    asked.get(f"{CLUBS}/rows", key=OTHER_KEY)
    asked.get("/open/v1/datasets/hospitals/rows", key=SOME_KEY)
    kept = reads(open_folder)
    assert [(each.what, each.columns) for each in kept] == [
        ("rows", ("beds",)),
        ("rows", ("district", "beds")),
        ("groups", ("district", "beds")),
        ("export", ("district", "beds")),
    ]
    assert (kept[0].rows, kept[3].rows > 3) == (3, True)
    assert {(each.dataset, each.version, each.grant, each.holder) for each in kept} == {
        ("secret-clubs", "1", "KF2026-000001", "海河大学")
    }
    assert {each.key for each in kept} == {key_row(SOME_KEY)["id"]}


def test_without_a_record_there_is_no_answer(asked: Served, open_folder: Path, tmp_path: Path) -> None:
    folder = open_folder / "open-reads"
    kept = tmp_path / "kept"
    folder.rename(kept)
    folder.write_text("a file where the folder should be")
    try:
        for path in ("rows?limit=1", "groups?group=district", "export.csv", "export.parquet"):
            refused = asked.get(f"{CLUBS}/{path}", key=SOME_KEY)
            assert (refused.status, refused.json["type"]) == (503, "urn:haihe:problem:unavailable"), path
    finally:
        folder.unlink()
        kept.rename(folder)


def test_each_keys_answers_are_counted(asked: Served) -> None:
    asked.get(f"{CLUBS}/rows?limit=1", key=SOME_KEY)
    asked.get("/open/v1/datasets/hospitals/rows?limit=1", key=SOME_KEY)
    asked.get("/open/v1/datasets/hospitals/rows?limit=1")
    key = key_row(SOME_KEY)["id"]
    assert asked.app.usage.told()[key, "2026-03-11", "KEY"] == 2
