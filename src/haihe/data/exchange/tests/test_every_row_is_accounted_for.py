"""Rows in = accepted + rejected, whatever the file; each reject keeps line, reasons and its raw text, sealed."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import lmdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.city.cast import LIU, WANG
from haihe.data.exchange import ingest
from haihe.data.exchange.encrypted import open_reader
from haihe.data.exchange.formats import FORMATS
from haihe.data.exchange.lake import DATA, PERSONAL, REJECTS
from haihe.data.exchange.reasons import FileRefused
from haihe.data.exchange.resource_keys import ResourceKey
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row, small_dirty_file, source_of
from haihe.kernel.keyring import Keyring
from haihe.kernel.subject_index import META_KEY, decode_entry, decode_meta

KEYRING = Keyring.generate()
KEY = ResourceKey(RELIEF, 1, os.urandom(32))
SCHEMA = rules_of(RELIEF)


class Fed:
    """A file that went through, and what it left."""

    def __init__(self, content: bytes, work: Path) -> None:
        source, format_ = source_of(content), FORMATS["csv_file"]
        checked = ingest.check_source(source, format_, schema=SCHEMA, keyring=KEYRING, key=KEY, snapshot="s", work=work)
        self.counts = checked.counts
        self.folder = checked.folder

    def rows(self, file: str, columns: str) -> list[tuple[Any, ...]]:
        key = None if file == DATA else KEY.file_key("s", file)
        with duckdb.connect() as connection, open_reader(self.folder / file, key=key) as parquet:
            connection.register("rows", parquet.read())
            return connection.execute(f"SELECT {columns} FROM rows ORDER BY line").fetchall()

    def codes(self) -> dict[int, str]:
        return dict(self.rows(REJECTS, "line, code"))

    def doubted(self) -> set[bytes]:
        return {subject for subject, _ in self.rows(REJECTS, "unnest(subjects), line")}


def feed(tmp_path: Path, *lines: str) -> Fed:
    return Fed("\n".join([HEADER, *lines]).encode(), tmp_path / "work")


def line(serial: int, **cells: str) -> str:
    return ",".join(row(id_number(serial), **cells))


def key(serial: int) -> bytes:
    return KEYRING.subject_key(id_number(serial))


def test_the_small_dirty_file_is_accounted_for(tmp_path: Path) -> None:
    fed = Fed(small_dirty_file(good_rows=50), tmp_path / "work")
    assert (fed.counts.rows_in, fed.counts.rows_accepted, fed.counts.rows_rejected) == (55, 51, 4)
    assert fed.counts.blank_lines == 1
    assert fed.counts.reasons == {"BAD_DATE": 1, "ID_NUMBER_FORMAT": 1, "DUPLICATE": 1, "SUMMARY_ROW": 1}
    assert fed.doubted() == {KEYRING.subject_key(WANG.id_number or "")}


def test_an_exact_duplicate_is_refused_once_and_doubts_nobody(tmp_path: Path) -> None:
    fed = feed(tmp_path, line(1), line(2), line(1, valid_from="2026年3月1日"), line(1))
    assert fed.codes() == {4: "DUPLICATE", 5: "DUPLICATE"}
    assert fed.doubted() == set()
    problems = json.loads(fed.rows(REJECTS, "problems")[0][0])
    assert problems == [["", "DUPLICATE", "与第 2 行完全相同，只保留第 2 行。"]]


def test_two_different_rows_of_one_person_are_both_refused_and_doubt_the_person(tmp_path: Path) -> None:
    fed = feed(tmp_path, line(1), line(2), line(1, status="停保"), line(1))
    assert fed.codes() == {2: "CONFLICT", 4: "CONFLICT", 5: "CONFLICT"}
    assert fed.doubted() == {key(1)}
    assert "另见第 4、5 行" in fed.rows(REJECTS, "problems")[0][0]


def test_a_damaged_row_doubts_everybody_who_can_be_read_in_it(tmp_path: Path) -> None:
    damaged = line(1, householder=id_number(2)) + ",x"
    fed = feed(tmp_path, damaged, line(3, name="=1+1"), line(4))
    assert fed.codes() == {2: "WRONG_COLUMN_COUNT", 3: "FORMULA_TEXT"}
    assert fed.doubted() == {key(1), key(2), key(3)}


def test_what_is_no_data_doubts_nobody(tmp_path: Path) -> None:
    fed = feed(tmp_path, line(1), HEADER, f"合　计,{id_number(2)},3" + "," * 8, "总计：3 户")
    assert fed.codes() == {3: "REPEATED_HEADER", 4: "SUMMARY_ROW", 5: "SUMMARY_ROW"}
    assert fed.doubted() == set()


def test_all_problems_of_a_row_are_told(tmp_path: Path) -> None:
    fed = feed(tmp_path, line(1, size="0", valid_from="2027-03-01", division="?"))
    problems = json.loads(fed.rows(REJECTS, "problems")[0][0])
    assert [(column, code) for column, code, _ in problems] == [
        ("区划代码", "DIVISION_FORMAT"),
        ("家庭人口", "OUT_OF_RANGE"),
        ("开始日期、截止日期", "PERIOD_REVERSED"),
    ]


def test_raw_lines_and_personal_values_are_encrypted_each_file_for_itself(tmp_path: Path) -> None:
    fed = Fed(small_dirty_file(good_rows=3), tmp_path / "work")
    files = b"".join(file.read_bytes() for file in fed.folder.iterdir())
    for secret in (LIU.id_number, WANG.id_number, id_number(1), "刘志远", "王建军", "津低保0001"):
        assert (secret or "").encode() not in files
    (first, *_) = fed.rows(REJECTS, "line, raw, cells")
    assert str(WANG.id_number) in first[1]
    assert first[2][0] == "王建军"
    assert fed.rows(PERSONAL, "line, name, id_number")[0] == (3, "刘志远", LIU.id_number)
    with pytest.raises(OSError, match=r"[Dd]ecrypt"):
        open_reader(fed.folder / PERSONAL, key=KEY.file_key("s", REJECTS))


def test_stored_columns_have_types_and_codes_stay_text(tmp_path: Path) -> None:
    fed = feed(tmp_path, line(1, division="120103", valid_until="长期", certificate_no="—"))
    types = fed.rows(DATA, "line, typeof(division), division, typeof(valid_until), typeof(monthly_amount_yuan)")
    assert types == [(2, "VARCHAR", "120103000000", "DATE", "DECIMAL(17,2)")]


def test_nothing_plain_is_left_in_the_work_folder(tmp_path: Path) -> None:
    Fed(small_dirty_file(), tmp_path / "work")
    left = {path.name for path in (tmp_path / "work").rglob("*") if path.is_file()}
    assert left == {DATA, PERSONAL, REJECTS}


dirt = st.sampled_from(
    [
        "",
        " ",
        "在保",
        "停保",
        "合计",
        '"',
        '""',
        "=1",
        "\0",
        "\ufffd",
        "2026/2/30",
        "20260301",
        "１２",
        "-",
        "长期",
        ",",
    ]
)
cells = st.one_of(dirt, st.text(max_size=8), st.integers(0, 5).map(id_number))
good_lines = st.integers(0, 12).map(line)
spoilt_lines = st.tuples(st.integers(0, 12), st.integers(0, 10), cells).map(
    lambda drawn: ",".join([*row(id_number(drawn[0]))[: drawn[1]], drawn[2], *row(id_number(drawn[0]))[drawn[1] + 1 :]])
)
any_lines = st.lists(st.one_of(good_lines, spoilt_lines, st.text(max_size=30), st.just(HEADER)), max_size=25)


@given(any_lines, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_generated_dirt_is_always_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], encoding: str, end: str
) -> None:
    work = tmp_path_factory.mktemp("feed") / "work"
    content = end.join([HEADER, line(99), *lines]).encode(encoding, "replace")
    fed = Fed(content, work)
    counts = fed.counts
    accepted, rejected = fed.rows(DATA, "line, subject"), fed.rows(REJECTS, "line, code")
    assert (len(accepted), len(rejected)) == (counts.rows_accepted, counts.rows_rejected)
    assert counts.rows_in == counts.rows_accepted + counts.rows_rejected
    assert sum(counts.reasons.values()) == counts.rows_rejected
    numbers = [number for number, _ in (*accepted, *rejected)]
    assert len(set(numbers)) == len(numbers)
    subjects = [subject for _, subject in accepted]
    assert len(set(subjects)) == len(subjects)


@given(st.binary(max_size=500), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_refused_or_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, with_header: bool
) -> None:
    head = f"{HEADER}\n{line(1)}\n".encode("gb18030") if with_header else b""
    try:
        fed = Fed(head + content, tmp_path_factory.mktemp("feed") / "work")
    except FileRefused as refused:
        assert refused.sentence.endswith(("。", "）。"))  # noqa: PT017 - being refused is one of two right outcomes
        return
    assert len(fed.rows(DATA, "line")) + len(fed.rows(REJECTS, "line")) == fed.counts.rows_in


def test_the_index_holds_doubt_over_acceptance(tmp_path: Path) -> None:
    work = tmp_path / "work"
    lines = [line(1), line(2), line(2) + ",x", line(3, size="x")]
    content = "\n".join([HEADER, *lines]).encode()
    now = datetime(2026, 11, 23, tzinfo=UTC)
    checked = ingest.check_source(
        source_of(content), FORMATS["csv_file"], schema=SCHEMA, keyring=KEYRING, key=KEY, snapshot="s", work=work
    )
    size = ingest.index_snapshot(checked, schema=SCHEMA, snapshot="s", as_of=now, work=work)
    assert (size.entries, size.in_doubt) == (3, 2)
    with lmdb.open(str(work / "index"), readonly=True, lock=False) as environment, environment.begin() as read:
        meta = decode_meta(read.get(META_KEY) or b"")
        accepted, both, refused = (decode_entry(read.get(key(serial)) or b"") for serial in (1, 2, 3))
    assert (meta.resource, meta.rows, meta.as_of) == (RELIEF, 3, now)
    assert set(meta.fields) == set(accepted.fields)
    assert not accepted.in_doubt
    assert accepted.name_key == KEYRING.name_key("陈静怡")
    assert accepted.fields == {
        "relief_type": "最低生活保障",
        "division": accepted.fields["division"],
        "household_size": 3,
        "monthly_amount_yuan": "1010.00",
        "valid_from": "2026-03-01",
        "valid_until": "2027-02-28",
        "status": "在保",
    }
    assert both.in_doubt
    assert refused.in_doubt
    assert refused.fields == {}
