"""Workbooks of Excel 97 to 2003 are read as Excel shows them."""

import io
from datetime import date

import pytest
import xlwt

from haihe.data.exchange.formats.testing import xls
from haihe.data.exchange.formats.xls.format import XLS
from haihe.data.exchange.ports import Reading
from haihe.data.exchange.reasons import FileRefused, Reason, Refusal
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row, source_of

GOOD = row(id_number(1))


def opened(content: bytes) -> Reading:
    return XLS.open(source_of(content), rules_of(RELIEF))


def test_dates_zeros_hidden_rows_and_merged_cells_are_seen() -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名单")
    lines = [TITLES, GOOD, row(id_number(2)), row(id_number(3)), row(id_number(4))]
    for line, cells in enumerate(lines):
        for place, cell in enumerate(cells):
            if (line, place) not in {(1, 3), (1, 8), (3, 0), (4, 0)}:
                sheet.write(line, place, cell)
    sheet.write(1, 3, 45, xlwt.easyxf(num_format_str="000000"))
    sheet.write(1, 8, date(2026, 3, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write_merge(3, 4, 0, 0, "陈静怡")
    sheet.row(2).hidden = True
    content = io.BytesIO()
    book.save(content)
    reading = opened(content.getvalue())
    first, second, third, fourth = reading.records
    assert (first.cells[3], first.cells[8]) == ("000045", "2026-03-01")
    assert (second.line, second.fault, third.fault) == (3, None, None)
    assert (fourth.fault, fourth.column) == (Reason.MERGED_CELL, "姓名")
    assert reading.facts.part == "名单（其中隐藏的 1 行也一并读入）"


@pytest.mark.parametrize("epoch_1904", [True, False])
def test_dates_count_from_the_workbooks_own_day(epoch_1904: bool) -> None:
    cells = [*GOOD[:8], date(2026, 3, 1), *GOOD[9:]]
    (record,) = opened(xls([TITLES, cells], epoch_1904=epoch_1904)).records
    assert record.cells[8] == "2026-03-01"


def test_an_identity_number_typed_as_a_number_is_rejected() -> None:
    (record,) = opened(xls([TITLES, [GOOD[0], float(GOOD[1]), *GOOD[2:]]])).records
    assert (record.fault, record.column) == (Reason.DIGITS_LOST, "证件号码")


def test_a_password_is_named_as_what_stands_in_the_way() -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    with pytest.raises(FileRefused) as caught:
        opened(container)
    assert caught.value.code == Refusal.ENCRYPTED
