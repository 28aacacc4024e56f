"""A JSON file's elements are rows, whatever surrounds the array; one damaged element costs one row."""

import json

import pytest

from haihe.data.exchange.formats import detect
from haihe.data.exchange.formats.json_file.format import JSON_FILE
from haihe.data.exchange.ports import Reading, Record
from haihe.data.exchange.reasons import FileRefused, Reason, Refusal
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row, source_of

GOOD = dict(zip(TITLES, row(id_number(1)), strict=True))
OTHER = dict(zip(TITLES, row(id_number(2)), strict=True))


def told(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def opened(text: str, *, encoding: str = "utf-8", piece_bytes: int = 1 << 16) -> Reading:
    return JSON_FILE.open(source_of(text.encode(encoding), piece_bytes=piece_bytes), rules_of(RELIEF))


def read(text: str, *, piece_bytes: int = 1 << 16) -> list[Record]:
    return list(opened(text, piece_bytes=piece_bytes).records)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("piece_bytes", [13, 1 << 16])
def test_every_encoding_of_text_files_is_read(encoding: str, piece_bytes: int) -> None:
    reading = opened(told([GOOD, OTHER]), encoding=encoding, piece_bytes=piece_bytes)
    assert [record.cells for record in reading.records] == [row(id_number(1)), row(id_number(2))]
    assert detect("x", told([GOOD]).encode(encoding)).name == "json_file"


def test_the_array_may_be_a_member_of_an_object() -> None:
    text = told({"code": 0, "msg": "ok", "titles": ["甲", "乙"], "data": [GOOD, OTHER], "page": {"no": 1, "of": [1]}})
    assert [record.line for record in read(text)] == [1, 2]
    assert detect("x", text.encode()).name == "json_file"


def test_numbers_keep_their_digits_and_titles_any_order() -> None:
    text = told([OTHER, GOOD | {"证件号码": 120103199001010011}]).replace('"3"', "3").replace('"1010.00"', "1010.00")
    record = read(text)[1]
    assert record.cells[1] == "120103199001010011"
    assert (record.cells[6], record.cells[7]) == ("3", "1010")
    shuffled = dict(reversed(GOOD.items()))
    assert read(told([OTHER, shuffled]))[1].cells == row(id_number(1))


@pytest.mark.parametrize(
    ("spelt", "reason"),
    [
        ("1.20103199001012E+17", Reason.DIGITS_LOST),
        ("120103199001010011.0", Reason.DIGITS_LOST),
        ("1e999999999", Reason.BAD_NUMBER),
        ("NaN", Reason.BAD_NUMBER),
        ("-Infinity", Reason.BAD_NUMBER),
        ('{"号码": 1}', Reason.NESTED_VALUE),
        ("[1, 2]", Reason.NESTED_VALUE),
        ('"\\ud83d"', Reason.UNDECODABLE),
        ('"a\\u0000b"', Reason.CONTROL_CHARACTER),
        ('"1", "证件号码": "2"', Reason.REPEATED_KEY),
    ],
)
def test_a_value_that_is_none_is_rejected_in_its_own_row(spelt: str, reason: Reason) -> None:
    text = told([GOOD, OTHER]).replace(f'"证件号码": "{id_number(1)}"', f'"证件号码": {spelt}')
    first, second = read(text)
    assert (first.fault, first.column, second.fault) == (reason, "证件号码", None)


@pytest.mark.parametrize("damage", ['{"姓名": }', '{"姓名" "x"}', "{姓名: 1}", "{" * 100 + "}", '{"a": 1,}'])
def test_a_damaged_element_costs_one_row(damage: str) -> None:
    records = read(f"[{told(GOOD)}, {damage}, {told(OTHER)}]")
    assert [record.fault for record in records] == [None, Reason.BAD_ELEMENT, None]
    assert [record.line for record in records] == [1, 2, 3]


@pytest.mark.parametrize("odd", ["1", '"x"', "null", "[]", "true"])
def test_an_element_that_is_no_object_is_a_row_that_says_so(odd: str) -> None:
    assert [r.fault for r in read(f"[{told(GOOD)}, {odd}]")] == [None, Reason.BAD_ELEMENT]


def test_nulls_and_missing_keys_are_empty_and_empty_objects_blank() -> None:
    lacking = {key: value for key, value in OTHER.items() if key != "救助证号"}
    reading = opened(told([GOOD | {"救助证号": None}, lacking, {}, {"姓名": None}]))
    assert [record.cells[3] for record in reading.records] == ["", ""]
    assert reading.tally.blank_lines == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"[{told(GOOD)}", Refusal.DAMAGED),
        (f"[{told(GOOD)},", Refusal.DAMAGED),
        (f"[{told(GOOD)}, {told(OTHER)[:-30]}", Refusal.DAMAGED),
        (f"[{told(GOOD)}] trailing", Refusal.DAMAGED),
        (f"[{told(GOOD)} {told(OTHER)}]", Refusal.DAMAGED),
        (told({"a": [GOOD], "b": [OTHER]}), Refusal.SEVERAL_TABLES),
        (told({"result": {"list": [GOOD]}}), Refusal.NO_TABLE),
        ("[]", Refusal.MISSING_COLUMNS),
        (told([GOOD, OTHER | {"身份证号": "2"}]), Refusal.REPEATED_COLUMN),
        ("[" * 50_000, Refusal.DAMAGED),
        (told([{"甲": 1}]), Refusal.MISSING_COLUMNS),
        (f'[{told(GOOD)}, {{"姓名": "' + "长" * (3 << 20), Refusal.DAMAGED),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(text: str, code: Refusal) -> None:
    with pytest.raises(FileRefused) as caught:
        read(text)
    assert caught.value.code == code
    assert caught.value.sentence.endswith(("。", "）。"))
