"""Whether rows are judged many at once or one by one: the same values, the same refusals, whatever the cells hold."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from haihe.data.exchange.batches import batch_of
from haihe.data.exchange.checking import Refused, RowChecker
from haihe.data.exchange.ports import Record, SourceFacts
from haihe.data.exchange.rules import Column, CrossRule, Kind, Operator, Personal, RegisterSchema, RowSeverity
from haihe.data.exchange.setwise import columns
from haihe.data.exchange.setwise.checking import BatchChecker
from haihe.data.exchange.setwise.identifiers import sure_credit_codes, sure_id_numbers
from haihe.data.exchange.setwise.stored import stored
from haihe.data.exchange.testing import id_number
from haihe.kernel.identifiers import IdentifierError, credit_code_check_character, normal_id_number, parse_credit_code


def column(field: str, kind: Kind, **rules: object) -> Column:
    return Column(field=field, title=f"列{field}", kind=kind, **rules)  # type: ignore[arg-type]  # keywords as the caller gives them


SCHEMA = RegisterSchema(
    resource="120000/000000",
    title="试",
    columns=(
        column("name", Kind.TEXT, max_length=8, required=False),
        column("note", Kind.TEXT, personal=Personal.SEALED),
        column("id", Kind.ID_NUMBER, personal=Personal.SUBJECT),
        column("code", Kind.CREDIT_CODE, required=False),
        column("area", Kind.DIVISION),
        column("size", Kind.INTEGER, low=1, high=30, required=False),
        column("amount", Kind.DECIMAL, low=0.1, high=1000.55),
        column("income", Kind.DECIMAL, personal=Personal.SEALED, required=False),
        column("since", Kind.DATE),
        column("until", Kind.DATE, required=False),
        column("state", Kind.CODE, options=("在保", "停保")),
    ),
    cross_rules=(
        CrossRule(code="REVERSED", left="since", operator=Operator.LE, right="until", sentence="反了。"),
        CrossRule(code="SAME", left="name", operator=Operator.NE, right="state", sentence="同了。"),
    ),
)
PATTERNS = {"name": ".*号", "note": "[一-龥]+", "id": "12.*", "area": r"120103\d*", "state": "在."}
WARNING = {"size", "amount", "state", "note"}
WITH_PATTERNS = RegisterSchema(
    resource="120000/000000",
    title="试",
    columns=tuple(
        structs.replace(
            each,
            pattern=PATTERNS.get(each.field, ""),
            severity=RowSeverity.WARN if each.field in WARNING else RowSeverity.REJECT,
        )
        for each in SCHEMA.columns
    ),
    cross_rules=(SCHEMA.cross_rules[0], structs.replace(SCHEMA.cross_rules[1], severity=RowSeverity.WARN)),
)
TITLES = tuple(each.title for each in SCHEMA.columns)
FACTS = SourceFacts("utf-8", 1.0, ",", TITLES, tuple(range(len(TITLES))), (), 0)


def code(serial: int) -> str:
    first17 = f"91120103{serial:09d}"
    return first17 + credit_code_check_character(first17)


def good(serial: int) -> list[str]:
    return [
        f"王小{serial}号",
        "某某某路",
        id_number(serial),
        code(serial),
        "120103001004",
        "3",
        "1000.50",
        "12.5",
        "2026-03-01",
        "2027-03-01",
        "在保",
    ]


def typed(values: list[str | None]) -> list[object]:
    return [stored([value], each)[0].as_py() for value, each in zip(values, SCHEMA.columns, strict=True)]


def lanes(rows: list[list[str]], schema: RegisterSchema = SCHEMA) -> tuple[dict[int, object], dict[int, object]]:
    records = [Record(line, cells, ",".join(cells)) for line, cells in enumerate(rows, start=2)]
    by_row: dict[int, object] = {}
    checker = RowChecker(schema, FACTS)
    for record in records:
        found = checker.check(record)
        by_row[record.line] = found if isinstance(found, Refused) else typed(found)
    batch = batch_of(records, len(TITLES))
    by_batch: dict[int, object] = {}
    for checked in BatchChecker(schema, FACTS, batch).check(batch):
        accepted = checked.rows if checked.accepted is None else checked.rows.filter(pa.array(checked.accepted))
        by_batch |= {line: list(values.values()) for values in accepted.to_pylist() for line in [values.pop("line")]}
        by_batch |= {record.line: found for record, found in checked.refused}
    return by_row, by_batch


# fmt: off
dirt = [
    "", " ", "-", "—", "——", "无", "NULL", "None", "=1", "+1", "-1", "@a", "'01", "（天津）",
    "ＡＢ", "王　三", "a  b", "é", "合计", "合肥", "小明", " 合计", "列name", "列name ",
    "12010319790512", "1.2e17", "0", "00", "30", "31", "-0", "1,000", "0.1", "0.10", "0.11",
    "0.09", "1000.55", "1000.56", "1000.5500", "999999999999", "12345678901234", "1.", ".5", "１",
    "¥12元", "3.0", "2026/3/1", "20260301", "2026-02-29", "2024-02-29", "长期", "1899-12-31",
    "2026年3月1日", "9999-12-31", "2026-03-01 00:00:00", "120103", "000000", "12010",
    "120003001000", "停保", "在 保", "在保 ", "\u00a0", "x" * 9, "字" * 8, "字" * 9,
    "\u3400文字文字", "㎡", "ﾊﾊﾊ", "e\u0301", "\U00020000字字", "·", "阿·买买提",
    "112233445566778899", "11010119000229001X",
]
# fmt: on
spoilt = st.tuples(
    st.integers(0, 3), st.integers(0, len(TITLES) - 1), st.one_of(st.sampled_from(dirt), st.text(max_size=9))
)
number_typos = st.tuples(st.integers(0, 300), st.integers(0, 17), st.sampled_from("0123456789Xx 　ＸIO")).map(
    lambda drawn: id_number(drawn[0])[: drawn[1]] + drawn[2] + id_number(drawn[0])[drawn[1] + 1 :]
)
code_typos = st.tuples(st.integers(0, 300), st.integers(0, 17), st.sampled_from("0123456789ABXYZIOSV-l")).map(
    lambda drawn: code(drawn[0])[: drawn[1]] + drawn[2] + code(drawn[0])[drawn[1] + 1 :]
)


def with_cell(drawn: tuple[int, int, str]) -> list[str]:
    serial, place, cell = drawn
    return [*good(serial)[:place], cell, *good(serial)[place + 1 :]]


tables = st.lists(
    st.one_of(
        st.integers(0, 5).map(good),
        spoilt.map(with_cell),
        number_typos.map(lambda cell: with_cell((1, 2, cell))),
        code_typos.map(lambda cell: with_cell((1, 3, cell))),
        st.just(list(TITLES)),
        st.just([f"{title} " for title in TITLES]),
        st.lists(st.sampled_from(["", "合 计", "12", " "]), min_size=len(TITLES), max_size=len(TITLES)),
    ),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize("schema", [SCHEMA, WITH_PATTERNS], ids=["plain", "with patterns"])
@given(rows=tables, repeated=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_rows_are_judged_alike(schema: RegisterSchema, rows: list[list[str]], repeated: bool) -> None:
    by_row, by_batch = lanes(rows * 3 if repeated else rows, schema)
    assert by_batch == by_row


@pytest.mark.parametrize("place", range(len(TITLES)))
def test_every_dirty_cell_is_judged_alike_in_every_column(place: int) -> None:
    by_row, by_batch = lanes([with_cell((0, place, cell)) for cell in dirt])
    assert by_batch == by_row


@given(st.one_of(number_typos, st.text(max_size=20)))
@settings(max_examples=300)
def test_a_number_that_is_sure_is_right_and_stored_as_it_stands(text: str) -> None:
    for sure, parse in ((sure_id_numbers, normal_id_number), (sure_credit_codes, parse_credit_code)):
        if sure(pa.array([text, id_number(1)], pa.string()))[0]:
            assert parse(text) == text


@given(st.dates(date(1850, 1, 1), date(2100, 12, 31)))
def test_every_right_number_is_sure(born: date) -> None:
    right = [f"120103{born:%Y%m%d}00{last}" for last in range(10)]
    numbers = [first17 + check for first17 in right for check in "0123456789X" if _is_right(first17 + check)]
    assert len(numbers) == 10
    assert sure_id_numbers(pa.array(numbers, pa.string())).all()
    assert sure_credit_codes(pa.array([code(born.toordinal())], pa.string())).all()


def _is_right(number: str) -> bool:
    try:
        return normal_id_number(number) == number
    except IdentifierError:
        return False


def test_a_plain_number_is_stored_with_two_decimals() -> None:
    judge = columns.ColumnJudge(column("f", Kind.DECIMAL, low=0), repeating=False)
    assert judge.judge(pa.array(["1.5", "22"])).values.to_pylist() == [Decimal("1.50"), Decimal("22.00")]
