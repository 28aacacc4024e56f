"""One meaning, one value, whatever it is written with; and a sentence that says what to do where there is none."""

from typing import Any

import pytest

from haihe.platforms.services.forms.definition import clean
from haihe.platforms.services.forms.testing import TODAY, field, form_of

OPTIONS = [{"value": "A", "zh": "甲", "en": "A"}, {"value": "B", "zh": "乙", "en": "B"}]


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (field("a"), "  刘  志远\t", "刘 志远"),
        (field("a", "long_text"), "一\r\n二  \r\n\r\n", "一\n二"),
        (field("a", "number"), "１２", 12),
        (field("a", "number", decimals=2), "89.50", 89.5),
        (field("a", "money"), "12,000.50", 12000.5),
        (field("a", "money"), "12000.00", 12000),
        (field("a", "date"), "2026年1月5日", "2026-01-05"),
        (field("a", "date"), "20260105", "2026-01-05"),
        (field("a", "choice", options=OPTIONS), "B", "B"),
        (field("a", "choices", options=OPTIONS), ["B", "A"], ["A", "B"]),
        (field("a", "yes_no"), "yes", True),
        (field("a", "yes_no"), "no", False),
        (field("a", "id_number"), "１２０１０３ 19790512101２", "120103197905121012"),
        (field("a", "phone"), "138 1234-5678", "13812345678"),
        (field("a", "phone"), "022-2345 6789", "02223456789"),
        (field("a", "email"), " liu@example.com ", "liu@example.com"),
        (field("a", "division"), "120103", "120103000000"),
        (field("a", "bank_card"), "6222 0000 0000 0000 004", "6222000000000000004"),
        (field("a", "plate_number"), "津a·12345", "津A12345"),
        (field("a", "plate_number"), "津AD12345", "津AD12345"),
    ],
)
def test_what_is_typed_is_read(asked: dict[str, Any], typed: object, value: object) -> None:
    form = form_of(asked)
    cleaned = clean(form, {"a": typed}, today=TODAY)
    assert cleaned.errors == {}
    assert cleaned.values == {"a": value}
    assert form.accepts(cleaned.values, today=TODAY)


@pytest.mark.parametrize(
    ("asked", "typed", "told"),
    [
        (field("a"), "", "请填写：栏目 a。"),
        (field("a", "choice", options=OPTIONS), None, "请选择：栏目 a。"),
        (field("a", "file"), [], "请上传：栏目 a。"),
        (field("a"), "一\x00二", "看不见的字符"),
        (field("a", max=2), "三个字", "最多 2 个字"),
        (field("a", min=3), "两字", "至少填写 3 个字"),
        (field("a", "number"), "3.5", "请填写整数"),
        (field("a", "money"), "1.005", "最多填写 2 位小数"),
        (field("a", "money"), "NaN", "请填写数字"),
        (field("a", "money", max=100), "101", "0 到 100 之间"),
        (field("a", "date", max="today-18y"), "2008-11-27", "不能晚于 2008-11-26"),
        (field("a", "date"), "2026-02-30", "请填写日期"),
        (field("a", "choice", options=OPTIONS), "C", "请从给出的选项中选择"),
        (field("a", "id_number"), "120103197905121013", "校验码不对"),
        (field("a", "phone"), "12345", "11 位手机号码"),
        (field("a", "email"), "liu@", "完整的电子邮箱"),
        (field("a", "bank_card"), "6222000000000000005", "对照卡面核对"),
        (field("a", "plate_number"), "津I12345", "完整的车牌号码"),
        (field("a", "file"), ["../../etc/passwd"], "重新上传"),
        (field("a", "yes_no", must={"zh": "请先勾选。", "en": "Tick."}), None, "请先勾选。"),
        (field("a", "table", fields=[field("b")]), "not rows", "请按行填写"),
    ],
)
def test_what_can_not_be_taken_is_told(asked: dict[str, Any], typed: object, told: str) -> None:
    cleaned = clean(form_of(asked), {"a": typed}, today=TODAY)
    assert told in cleaned.errors[("a",)]
    assert cleaned.values == {}


def test_a_field_that_does_not_apply_is_neither_asked_nor_kept() -> None:
    form = form_of(
        field("kind", "choice", options=OPTIONS), field("why", when="kind == 'B'"), field("more", when="why == 'x'")
    )
    hidden = clean(form, {"kind": "A", "why": "x", "more": "y"}, today=TODAY)
    assert hidden.values == {"kind": "A"}
    assert hidden.errors == {}
    assert clean(form, {"kind": "B"}, today=TODAY).errors == {("why",): "请填写：栏目 why。"}


def test_a_mistake_in_a_row_is_told_by_row_and_column() -> None:
    form = form_of(field("people", "table", fields=[field("name"), field("id_number", "id_number")]))
    rows = [{"name": "刘", "id_number": "120103197905121012"}, {"name": "张", "id_number": "1"}]
    cleaned = clean(form, {"people": rows}, today=TODAY)
    assert list(cleaned.errors) == [("people", 1, "id_number")]


def test_a_value_that_the_form_did_not_ask_for_is_refused() -> None:
    form = form_of(field("a"), field("people", "table", required=False, fields=[field("name")]))
    assert ("amount",) in clean(form, {"a": "x", "amount": 9}, today=TODAY).errors
    assert ("people", 0, "role") in clean(
        form, {"a": "x", "people": [{"name": "刘", "role": "ADMIN"}]}, today=TODAY
    ).errors


def test_eighteen_years_before_the_last_of_february() -> None:
    form = form_of(field("born", "date", max="today-18y"))
    schema = form.json_schema(today=TODAY.replace(year=2028, month=2, day=29))
    assert schema["properties"]["born"]["formatMaximum"] == "2010-02-28"
