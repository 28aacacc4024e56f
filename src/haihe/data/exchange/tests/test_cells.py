"""Cells are read as people type them; what can't be right is refused with a reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.cells import NO_END, CellFault, parser_for
from haihe.data.exchange.rules import Column, Kind, Personal, RegisterSchema, resources_with_rules, rules_of
from haihe.data.exchange.testing import RELIEF


def column(kind: Kind, **rules: object) -> Column:
    return Column(field="f", title="列", kind=kind, **rules)  # type: ignore[arg-type]  # keywords as the caller gives them


def fault_of(kind: Kind, text: str, **rules: object) -> str:
    with pytest.raises(CellFault) as caught:
        parser_for(column(kind, **rules))(text)
    assert caught.value.sentence.endswith("。")
    return caught.value.code


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_all_forms_of_a_date_are_one_date(day: date) -> None:
    read = parser_for(column(Kind.DATE))
    y, m, d = day.year, day.month, day.day
    forms = [
        day.isoformat(),
        f"{y}/{m}/{d}",
        f"{y}.{m:02}.{d:02}",
        day.strftime("%Y%m%d").rjust(8, "0"),
        f"{y}年{m}月{d}日",
        f" {y} 年 {m} 月 {d} 日 ",
        f"{day.isoformat()} 00:00:00",
        f"{y}/{m}/{d} 0:00",
        f"{y}－{m:02}－{d:02}",
    ]
    assert {read(form) for form in forms} == {day.isoformat()}


@pytest.mark.parametrize(
    "text", ["2026-02-30", "26-03-01", "2026-03", "2026/3-1", "20261301", "46082", "明年", "0001-01-01", "2026-W01-1"]
)
def test_dates_that_are_none_are_refused(text: str) -> None:
    assert fault_of(Kind.DATE, text) == "BAD_DATE"


def test_a_term_without_end_has_its_own_date() -> None:
    assert parser_for(column(Kind.DATE))("长期") == NO_END


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.INTEGER, "３", "3"),
        (Kind.INTEGER, "3.0", "3"),
        (Kind.INTEGER, "1,024", "1024"),
        (Kind.DECIMAL, "１，２００．５", "1200.50"),
        (Kind.DECIMAL, "¥1010元", "1010.00"),
        (Kind.DECIMAL, "0.10000", "0.10"),
        (Kind.TEXT, " 陈　静  怡 ", "陈 静 怡"),
        (Kind.TEXT, "'0012", "0012"),
        (Kind.TEXT, '="0012"', "0012"),
        (Kind.DIVISION, "120103", "120103000000"),
        (Kind.ID_NUMBER, "１２０１０３１９７９０５１２１０１２\t", "120103197905121012"),
        (Kind.CREDIT_CODE, "91110000600037341l", "91110000600037341L"),
    ],
)
def test_dirt_is_taken_off(kind: Kind, text: str, value: str) -> None:
    assert parser_for(column(kind))(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (Kind.INTEGER, "三", "BAD_NUMBER"),
        (Kind.INTEGER, "2.5", "BAD_NUMBER"),
        (Kind.INTEGER, "1,2", "BAD_NUMBER"),
        (Kind.INTEGER, "9" * 400, "BAD_NUMBER"),
        (Kind.DECIMAL, "1.234", "BAD_NUMBER"),
        (Kind.DECIMAL, "1e5", "BAD_NUMBER"),
        (Kind.TEXT, "=cmd|' /C calc'!A0", "FORMULA_TEXT"),
        (Kind.TEXT, "＝1+1", "FORMULA_TEXT"),
        (Kind.TEXT, "@SUM(A1)", "FORMULA_TEXT"),
        (Kind.TEXT, "字" * 201, "TOO_LONG"),
        (Kind.DIVISION, "12010", "DIVISION_LENGTH"),
        (Kind.ID_NUMBER, "120103197905121013", "ID_NUMBER_CHECK_DIGIT"),
        (Kind.CODE, "在 保", "NOT_IN_LIST"),
    ],
)
def test_what_cannot_be_right_has_a_reason(kind: Kind, text: str, code: str) -> None:
    assert fault_of(kind, text, options=("在保", "停保")) == code


def test_numbers_keep_their_range() -> None:
    assert fault_of(Kind.INTEGER, "0", low=1, high=30) == "OUT_OF_RANGE"
    assert fault_of(Kind.DECIMAL, "30.01", low=1, high=30) == "OUT_OF_RANGE"


@pytest.mark.parametrize("mark", ["", "　", "-", "—", "/", "无", "NULL"])
def test_marks_for_nothing_are_nothing(mark: str) -> None:
    assert parser_for(column(Kind.TEXT, required=False))(mark) is None
    assert fault_of(Kind.TEXT, mark) == "MISSING"


@given(st.sampled_from(list(Kind)), st.text(max_size=40))
def test_any_text_is_a_value_or_a_fault(kind: Kind, text: str) -> None:
    read = parser_for(column(kind, required=False))
    try:
        value = read(text)
    except CellFault as fault:
        assert fault.sentence.endswith("。")  # noqa: PT017 - either outcome is right, both are checked
        return
    assert value is None or read(value) == value or value.startswith(("'", "="))


def test_the_relief_registers_rules_are_data() -> None:
    rules = rules_of(RELIEF)
    assert resources_with_rules() == [RELIEF]
    assert rules.subject is not None
    assert rules.subject.field == "id_number"
    personal = {c.field for c in rules.columns if c.personal is not Personal.NONE}
    assert personal == {"name", "id_number", "householder_id_number", "certificate_no"}
    assert not any(c.indexed for c in rules.sealed_columns)


def test_rules_that_contradict_themselves_are_refused() -> None:
    one = column(Kind.TEXT)
    with pytest.raises(ValueError, match="twice"):
        RegisterSchema(resource="r", title="t", columns=(one, one))
