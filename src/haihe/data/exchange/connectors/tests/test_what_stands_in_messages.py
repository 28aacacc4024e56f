"""A message's rows and what becomes of each; what lies in the journal outlives a crash, and goes once published."""

import json
from pathlib import Path
from typing import Any

import pytest

from haihe.data.exchange.connectors.journal import Journal
from haihe.data.exchange.connectors.messages import MessageSettings, first_rows, rows_of, write
from haihe.data.exchange.connectors.testing import ListSink, PlainMemory


def settings(**changes: Any) -> MessageSettings:
    told: dict[str, Any] = {"host": "h", "port": 1, "key": ("id",), "columns": ("id", "name", "a.b", "n")} | changes
    return MessageSettings(**told)


def test_one_object_or_several_are_rows() -> None:
    assert rows_of(b'{"id": 7, "a": {"b": "x"}}', settings()) == [{"_op": "upsert", "id": "7", "a.b": "x"}]
    assert [row["id"] for row in rows_of(b'[{"id": 1}, {"id": 2}]', settings())] == ["1", "2"]
    assert rows_of(b"[]", settings()) == []


@pytest.mark.parametrize(("told", "operation"), [("D", "delete"), ("U", "upsert"), (None, "upsert")])
def test_a_field_says_what_becomes_of_the_row(told: str | None, operation: str) -> None:
    body = json.dumps({"id": 1, "op": told, "_op": "forged"}).encode()
    assert rows_of(body, settings(op_field="op", columns=("id",))) == [{"_op": operation, "id": "1"}]


def test_a_row_to_delete_without_its_key_deletes_nothing() -> None:
    (row,) = rows_of(b'{"op": "D", "id": " "}', settings(op_field="op"))
    assert (row["_op"], "_message" in row) == ("upsert", True)


def test_lines_of_csv_are_rows() -> None:
    told = settings(body="csv", columns=("id", "name", "op"), op_field="op")
    assert rows_of('1,"陈,静怡",U\n\n2,刘,D\n'.encode(), told) == [
        {"_op": "upsert", "id": "1", "name": "陈,静怡"},
        {"_op": "delete", "id": "2", "name": "刘"},
    ]
    assert rows_of("1,陈静怡,U".encode("gbk"), told)[0]["name"] == "陈静怡"


@pytest.mark.parametrize("body", [b"", b"no json", b"5", b'{"id": 1, "id": 2}', b"\xff\xfe\x00", b"[1]"])
def test_what_cannot_be_read_is_a_row_that_says_so(body: bytes) -> None:
    rows = rows_of(body, settings())
    assert [sorted(row) for row in rows] == [["_message", "_op"]]


def test_a_line_of_another_width_is_not_read() -> None:
    assert "_message" in rows_of(b"1,2,3", settings(body="csv", columns=("id", "name")))[0]


def test_the_order_of_rows_is_kept_and_each_batch_has_the_same_columns(tmp_path: Path) -> None:
    sink, told = ListSink(tmp_path / "sink"), settings(op_field="op", columns=("id", "n"))
    journal = Journal(PlainMemory(tmp_path / "memory"), 0)
    for body in (b'{"id": 1, "op": "U", "n": 0}', b'{"id": 1, "op": "D"}', b'{"id": 1, "op": "U", "other": 2}'):
        journal.append(rows_of(body, told))
    assert write(journal, told, sink) == 3
    assert [tuple(row.values()) for row in sink.table()] == [
        ("upsert", "1", "0"),
        ("delete", "1", None),
        ("upsert", "1", None),
    ]


def test_a_test_shows_all_columns_there_are() -> None:
    shown = first_rows([b'{"id": 1, "more": "x"}', b"no json"], settings())
    assert shown.columns == ("id", "more", "_message")


def test_the_journal_keeps_what_is_not_published(tmp_path: Path) -> None:
    memory = PlainMemory(tmp_path)
    journal = Journal(memory, 0)
    journal.append([{"id": "1"}])
    journal.append([{"id": "2"}])
    assert journal.through == 2
    again = Journal(memory, 0)
    again.append([{"id": "3"}])
    assert [row["id"] for rows in again.batches() for row in rows] == ["1", "2", "3"]
    published = Journal(memory, 2)
    assert ([row["id"] for rows in published.batches() for row in rows], published.through) == (["3"], 3)
    assert Journal(memory, 3).through == 3
    assert not list(tmp_path.iterdir())


@pytest.mark.faults
def test_a_part_that_was_cut_off_is_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    memory = PlainMemory(tmp_path)
    journal = Journal(memory, 0)
    journal.append([{"id": str(number)} for number in range(7000)])
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-10])
    assert [row["id"] for rows in Journal(memory, 0).batches() for row in rows] == [str(n) for n in range(5000)]
