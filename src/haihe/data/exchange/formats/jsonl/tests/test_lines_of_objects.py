"""Every line is a row, a blank line, or a damaged row of its own."""

import json

import pytest

from haihe.data.exchange.formats import detect
from haihe.data.exchange.formats.jsonl.format import JSONL
from haihe.data.exchange.ports import Reading
from haihe.data.exchange.reasons import Reason
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row, source_of


def told(serial: int) -> str:
    return json.dumps(dict(zip(TITLES, row(id_number(serial)), strict=True)), ensure_ascii=False)


def opened(*lines: str, encoding: str = "utf-8") -> Reading:
    return JSONL.open(source_of("\n".join(lines).encode(encoding)), rules_of(RELIEF))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_lines_are_rows_with_their_numbers(encoding: str) -> None:
    reading = opened(told(1), "", told(2), encoding=encoding)
    assert [(record.line, record.fault) for record in reading.records] == [(1, None), (3, None)]
    assert reading.tally.blank_lines == 1
    assert detect("x.csv", f"{told(1)}\n{told(2)}".encode(encoding)).name == "jsonl"


def test_a_damaged_line_costs_one_row() -> None:
    reading = opened(told(1), told(2)[:-9], "null", "[" * 5000, told(3) + "x", told(4))
    assert [record.fault for record in reading.records] == [
        None,
        *[Reason.BAD_ELEMENT] * 4,
        None,
    ]


def test_bytes_that_are_no_text_cost_their_line() -> None:
    content = "\n".join([told(1), told(2), told(3)]).encode().replace("陈".encode(), b"\xe9\x99", 1)
    records = list(JSONL.open(source_of(content), rules_of(RELIEF)).records)
    assert [record.fault for record in records] == [Reason.UNDECODABLE, None, None]


def test_one_line_alone_is_a_row() -> None:
    assert detect("x", told(1).encode()).name == "jsonl"
    assert len(list(opened(told(1)).records)) == 1
