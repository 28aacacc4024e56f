"""A workbook's rows are read as Excel shows them: dates, zeros, row numbers; what lost its value is rejected."""

from collections.abc import Sequence
from datetime import date, datetime

import pytest

from haihe.data.exchange.formats.testing import Table, raw_workbook, text_cells, xlsx
from haihe.data.exchange.formats.xlsx.format import XLSX
from haihe.data.exchange.ports import Reading, Record
from haihe.data.exchange.reasons import FileRefused, Reason, Refusal
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row, source_of

SCHEMA = rules_of(RELIEF)
GOOD = row(id_number(1))
HEAD = text_cells(1, TITLES)
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>'
    '<numFmt numFmtId="164" formatCode="000000"/>'
    '<numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="166" formatCode="&quot;共&quot;0&quot;户&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="14"/><xf numFmtId="166"/><xf numFmtId="31"/></cellXfs></styleSheet>'
).encode()


def opened(content: bytes) -> Reading:
    return XLSX.open(source_of(content), SCHEMA)


def cell_read(xml: str, *, place: int = 3, properties: str = "") -> Record:
    cells: Sequence[str] = [*GOOD[:place], xml, *GOOD[place + 1 :]]
    inside = f"<sheetData>{HEAD}{text_cells(2, cells)}</sheetData>"
    (record,) = opened(raw_workbook(inside, properties=properties, members={"xl/styles.xml": STYLES})).records
    return record


def refusal_of(content: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        list(opened(content).records)
    assert caught.value.sentence.endswith(("。", "）。"))
    return caught.value


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<c><v>12</v></c>", "12"),
        ("<c><v>1010.5</v></c>", "1010.5"),
        ("<c><v>0.30000000000000004</v></c>", "0.3"),
        ("<c><v>1E3</v></c>", "1000"),
        ('<c s="1"><v>300456</v></c>', "300456"),
        ('<c s="1"><v>456</v></c>', "000456"),
        ('<c s="2"><v>46082</v></c>', "2026-03-01"),
        ('<c s="3"><v>46082.5</v></c>', "2026-03-01 12:00:00"),
        ('<c s="5"><v>46082</v></c>', "2026-03-01"),
        ('<c s="3"><v>1</v></c>', "1900-01-01"),
        ('<c s="3"><v>59</v></c>', "1900-02-28"),
        ('<c s="3"><v>60</v></c>', "1900-02-29"),
        ('<c s="3"><v>61</v></c>', "1900-03-01"),
        ('<c s="4"><v>46082</v></c>', "46082"),
        ('<c t="d"><v>2026-03-01T00:00:00</v></c>', "2026-03-01T00:00:00"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ("<c><f>A1&amp;B1</f><v>7</v></c>", "7"),
        ('<c t="str"><f>A1</f><v>甲</v></c>', "甲"),
        ('<c t="inlineStr"><is><r><t>津</t></r><r><t>低保</t></r><rPh><t>jin</t></rPh></is></c>', "津低保"),
    ],
)
def test_a_cell_is_what_excel_shows(xml: str, text: str) -> None:
    record = cell_read(xml)
    assert (record.fault, record.cells[3]) == (None, text)


def test_dates_may_count_from_1904() -> None:
    assert cell_read('<c s="3"><v>0</v></c>', properties='<workbookPr date1904="1"/>').cells[3] == "00:00:00"
    assert cell_read('<c s="3"><v>44620</v></c>', properties='<workbookPr date1904="1"/>').cells[3] == "2026-03-01"


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("<c><v>1.20103199001012E+17</v></c>", Reason.DIGITS_LOST),
        ("<c><v>120103199001010011</v></c>", Reason.DIGITS_LOST),
        ('<c s="1"><v>6222021234567890</v></c>', Reason.DIGITS_LOST),
        ('<c t="e"><v>#REF!</v></c>', Reason.CELL_ERROR),
        ("<c><f>SUM(A1)</f></c>", Reason.NOT_CALCULATED),
        ("<c><v>NaN</v></c>", Reason.BAD_NUMBER),
        ("<c><v>twelve</v></c>", Reason.BAD_NUMBER),
        ('<c s="3"><v>1e14</v></c>', Reason.BAD_DATE),
        ('<c t="inlineStr"><is><t>津\ufffd</t></is></c>', Reason.UNDECODABLE),
    ],
)
def test_what_lost_its_value_is_rejected_in_its_own_row_and_names_the_column(xml: str, reason: Reason) -> None:
    record = cell_read(xml, place=1)
    assert (record.fault, record.column, record.line) == (reason, "证件号码", 2)
    assert record.cells[0] == GOOD[0]


def test_a_spoilt_cell_in_a_column_nobody_reads_spoils_nothing() -> None:
    rows = text_cells(1, ["备注", *TITLES]) + text_cells(2, ["<c t='e'><v>#N/A</v></c>", *GOOD])
    reading = opened(raw_workbook(f"<sheetData>{rows}</sheetData>"))
    assert [record.fault for record in reading.records] == [None]
    assert reading.facts.ignored == ("备注",)


def test_rows_have_excels_numbers_and_gaps_are_blank() -> None:
    rows = f"{text_cells(2, ['天津市社会救助名单'])}{text_cells(4, TITLES)}{text_cells(7, GOOD)}{text_cells(9, [' '])}"
    reading = opened(raw_workbook(f"<sheetData>{rows}</sheetData>"))
    assert [record.line for record in reading.records] == [7]
    assert (reading.facts.preface_lines, reading.tally.blank_lines) == (3, 4)


def test_cells_merged_over_rows_are_rejected_not_filled_down() -> None:
    rows = HEAD + text_cells(2, GOOD) + text_cells(3, ["", *row(id_number(2))[1:]]) + text_cells(4, row(id_number(3)))
    merged = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    records = list(opened(raw_workbook(f"<sheetData>{rows}</sheetData>{merged}")).records)
    assert [(r.line, r.fault, r.column) for r in records] == [
        (2, None, ""),
        (3, Reason.MERGED_CELL, "姓名"),
        (4, None, ""),
    ]


def test_hidden_rows_are_rows_and_the_report_says_so() -> None:
    hidden = text_cells(3, row(id_number(2))).replace("<row ", '<row hidden="1" ')
    reading = opened(raw_workbook(f"<sheetData>{HEAD}{text_cells(2, GOOD)}{hidden}</sheetData>"))
    assert len(list(reading.records)) == 2
    assert reading.facts.part == "名单（其中隐藏的 1 行也一并读入）"


def test_the_sheet_with_the_header_is_read_and_named() -> None:
    notes: Table = [["填表说明"], ["请勿改动列名"]]
    reading = opened(xlsx([TITLES, GOOD], sheets={"说明": notes}))
    assert reading.facts.part == "名单（共 2 张工作表，只读这一张）"
    assert len(list(reading.records)) == 1


def test_two_sheets_with_the_header_are_nobodys_to_choose_between() -> None:
    refusal = refusal_of(xlsx([TITLES, GOOD], sheets={"旧名单": [TITLES, GOOD]}))
    assert refusal.code == Refusal.SEVERAL_TABLES
    assert "旧名单" in refusal.sentence


def test_what_a_common_library_writes_is_read() -> None:
    cells = [*GOOD[:6], 3, 1010, date(2026, 3, 1), datetime(2027, 2, 28), "在保"]  # noqa: DTZ001 - sheets know no zone
    (record,) = opened(xlsx([TITLES, cells])).records
    assert record.cells == [*GOOD[:7], "1010", *GOOD[8:]]


@pytest.mark.parametrize(
    "inside",
    [
        f"<sheetData>{HEAD}{text_cells(1, GOOD)}</sheetData>",
        f"<sheetData>{HEAD}<row r='99999999'/></sheetData>",
        f"<sheetData>{HEAD}<row r='2'><c r='ZZZ2' t='b'><v>1</v></c></row></sheetData>",
        f"<sheetData>{HEAD}<row r='2'><c r='B2' t='b'><v>1</v></c><c r='A2' t='b'><v>1</v></c></row></sheetData>",
        f"<sheetData>{HEAD}<row r='2'><c t='s'><v>7</v></c></row></sheetData>",
        f"<sheetData>{HEAD}<row r='2'><c t='inlineStr'><is><t>\x01</t></is></c></row></sheetData>",
        f"<sheetData>{HEAD}<row>",
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(inside: str) -> None:
    assert refusal_of(raw_workbook(inside)).code == Refusal.DAMAGED


def test_entities_are_refused_whatever_they_would_do() -> None:
    evil = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData>'
        "<row><c t='inlineStr'><is><t>&b;</t></is></c></row></sheetData></worksheet>"
    )
    assert refusal_of(raw_workbook("", members={"xl/worksheets/sheet1.xml": evil.encode()})).code == Refusal.DAMAGED
