"""Every line of a file is a row, a blank line or above the header; damage stays in the line where it is."""

from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.formats.csv_file.format import CSV_FILE
from haihe.data.exchange.formats.lines import MAX_LINE_BYTES
from haihe.data.exchange.ports import Reading, Record
from haihe.data.exchange.reasons import FileRefused, Reason
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row, source_of

GOOD = ",".join(row(id_number(1)))
OTHER = ",".join(row(id_number(2)))


def opened(*lines: str, end: str = "\n") -> Reading:
    return CSV_FILE.open(source_of(end.join(lines).encode()), rules_of(RELIEF))


def read(*lines: str, end: str = "\n") -> list[Record]:
    return list(opened(*lines, end=end).records)


def test_every_kind_of_line_end_is_one() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert [record.line for record in read(HEADER, GOOD, OTHER, end=end)] == [2, 3]


def test_blank_lines_are_counted_apart() -> None:
    reading = opened("", HEADER, "", GOOD, " , ,\t,,,,,,,,", "　", OTHER, "\x1a")
    assert [record.line for record in reading.records] == [4, 7]
    assert reading.tally.blank_lines == 4
    assert reading.facts.preface_lines == 1


def test_a_title_above_the_header_is_skipped() -> None:
    reading = opened("天津市民政局社会救助对象信息表", "填报日期：2026年11月23日", HEADER, GOOD)
    assert reading.facts.preface_lines == 2
    assert [record.line for record in reading.records] == [4]


def test_columns_are_found_by_title_in_any_order_and_by_alias() -> None:
    header = "序号,状态 ,身份证号,姓名,救助类型,户主身份证号,区划代码,家庭人口,月保障金额（元）,开始日期,截止日期"
    facts = opened(header, GOOD).facts
    assert facts.positions == (3, 2, 4, None, 5, 6, 7, 8, 9, 10, 1)
    assert facts.ignored == ("序号",)


def test_each_separator_is_found() -> None:
    for separator in ("\t", ";", "|", "，"):
        reading = opened(HEADER.replace(",", separator), GOOD.replace(",", separator))
        assert reading.facts.delimiter == separator
        assert next(reading.records).cells == GOOD.split(",")


def test_a_stray_quote_damages_its_own_line_only() -> None:
    stray = GOOD.replace("陈静怡", '"陈静怡')
    faults = [record.fault for record in read(HEADER, stray, OTHER, GOOD)]
    assert faults == [Reason.STRAY_QUOTE, None, None]


def test_stray_quotes_in_two_neighbouring_lines_damage_two() -> None:
    first, second = GOOD.replace("陈静怡", '陈"静怡'), OTHER.replace("在保", '"在保')
    assert [r.fault for r in read(HEADER, first, second, GOOD)] == [Reason.STRAY_QUOTE, Reason.STRAY_QUOTE, None]


def test_a_quoted_cell_may_hold_separators_quotes_and_a_line_end() -> None:
    cells = row(id_number(1), certificate_no='"津,低保\n""甲"""')
    (record, after) = read(HEADER, ",".join(cells), OTHER)
    assert record.cells[3] == '津,低保\n"甲"'
    assert (record.line, after.line) == (2, 4)


def test_text_marked_for_spreadsheets_is_no_damage() -> None:
    marked = GOOD.replace(id_number(1), f'="{id_number(1)}"')
    (record,) = read(HEADER, marked)
    assert record.cells[1] == id_number(1)


def test_too_few_and_too_many_cells_are_faults_but_empty_ones_behind_are_not() -> None:
    records = read(HEADER + ",,", GOOD + ",,,", GOOD + ",x", GOOD.rsplit(",", 1)[0])
    assert [r.fault for r in records] == [None, Reason.WRONG_COLUMN_COUNT, Reason.WRONG_COLUMN_COUNT]


def test_nul_bytes_lost_characters_and_undecodable_bytes_are_faults() -> None:
    content = "\n".join([HEADER, GOOD.replace("静", "\0"), GOOD.replace("静", "\ufffd"), OTHER]).encode()
    damaged = content.replace("陈".encode(), "陈".encode()[:2], 1)
    records = list(CSV_FILE.open(source_of(damaged), rules_of(RELIEF)).records)
    assert [r.fault for r in records] == [Reason.UNDECODABLE, Reason.UNDECODABLE, None]
    assert "\\x" in records[0].raw
    records = list(CSV_FILE.open(source_of(content), rules_of(RELIEF)).records)
    assert records[0].fault is Reason.CONTROL_CHARACTER


def test_a_line_without_end_keeps_memory_bounded() -> None:
    endless = "9" * (5 * MAX_LINE_BYTES)
    long, after = read(HEADER, endless, GOOD)
    assert long.fault is Reason.LINE_TOO_LONG
    assert len(long.raw) < MAX_LINE_BYTES
    assert (after.line, after.fault) == (3, None)


@given(st.binary(max_size=600), st.integers(1, 64), st.sampled_from(["utf-8", "gb18030"]))
def test_any_bytes_below_a_header_are_rows_or_blank_lines(tail: bytes, piece_bytes: int, encoding: str) -> None:
    content = f"{HEADER}\n{GOOD}\n".encode(encoding) + tail
    try:
        reading = CSV_FILE.open(source_of(content, piece_bytes=piece_bytes), rules_of(RELIEF))
    except FileRefused:
        return
    records = list(reading.records)
    assert reading.tally.bytes_read == len(content)
    lines = [record.line for record in records]
    assert lines == sorted(set(lines))
    spanned = sum(record.raw.count("\n") + 1 for record in records)
    assert spanned + reading.tally.blank_lines + 1 == len(content.splitlines())
