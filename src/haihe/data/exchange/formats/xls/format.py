"""Opening an old workbook. These are small (65,536 rows at most), so one is held in memory whole."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import dropwhile

import xlrd
from xlrd.biffh import XLRDError
from xlrd.book import Book
from xlrd.sheet import Cell
from xlrd.sheet import Sheet as XlsSheet

from haihe.data.exchange.formats.damage import damaged, refused_if_damaged
from haihe.data.exchange.formats.merges import Area, with_merged
from haihe.data.exchange.formats.numbers import GENERAL, NumberFormat, number_format
from haihe.data.exchange.formats.sheets import Sheet, choose_sheet, part_told
from haihe.data.exchange.formats.table import Row, records_of, table_facts
from haihe.data.exchange.formats.values import Spoilt, float_text, padded, serial_text, text_of
from haihe.data.exchange.ports import Format, OpenSource, Reading, Tally
from haihe.data.exchange.reasons import FileRefused, Reason, Refusal
from haihe.data.exchange.rules import RegisterSchema

MOST_BYTES = 128 * 1024**2
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Xls:
    """Workbooks of Excel 97 to 2003 and before."""

    name: str = "xls"

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Find the sheet and its columns, then stream. Raises: FileRefused."""
        content = _content(source)
        book = _opened(content)
        read = _reader(book)
        loaded = [_sheet(book, place) for place in range(book.nsheets)]
        sheets = [Sheet(sheet.name, sheet.visibility != 0, partial(_rows, sheet, read)) for sheet in loaded]
        chosen = choose_sheet(sheets, schema)
        sheet, header = loaded[chosen.place], chosen.header
        hidden_rows = sum(bool(row.hidden) for row in sheet.rowinfo_map.values())
        facts = table_facts(
            header.cells, schema, preface_lines=header.line - 1, part=part_told(chosen, sheets, hidden_rows)
        )
        areas = [Area(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
        below = dropwhile(lambda row: row[0] <= header.line, chosen.sheet.rows())
        tally = Tally()
        rows = with_merged(below, areas, facts.width)
        size = len(content)
        records = records_of(rows, facts, schema, tally, first_line=header.line + 1, watch=lambda: size)
        return Reading(facts, refused_if_damaged(records), tally)


XLS: Format = Xls()


def _content(source: OpenSource) -> bytes:
    content = bytearray()
    for piece in source():
        content += piece
        if len(content) > MOST_BYTES:
            raise FileRefused(
                Refusal.TOO_LARGE, f"旧版 Excel 文件超过 {MOST_BYTES // 1024**2} MB；请另存为 XLSX 或 CSV 后再上传。"
            )
    return bytes(content)


def _opened(content: bytes) -> Book:
    if _ENCRYPTED_PACKAGE in content:
        raise _encrypted()
    try:
        return xlrd.open_workbook(
            file_contents=content, logfile=io.StringIO(), on_demand=True, formatting_info=True, ragged_rows=True
        )
    except XLRDError as error:
        raise (_encrypted() if "encrypted" in str(error) else damaged("打不开")) from error
    except Exception as error:
        # Over broken bytes the library raises whatever its innermost line happens to.
        raise damaged() from error


def _encrypted() -> FileRefused:
    return FileRefused(Refusal.ENCRYPTED, "工作簿设了打开密码，无法读取；请在 Excel 中取消密码后再上传。")


def _sheet(book: Book, place: int) -> XlsSheet:
    try:
        return book.sheet_by_index(place)
    except Exception as error:
        # As above.
        raise damaged(f"工作表“{book.sheet_names()[place]}”读不出") from error


def _rows(sheet: XlsSheet, read: Callable[[Cell], str]) -> Iterator[Row]:
    for row in range(sheet.nrows):
        yield row + 1, [read(cell) for cell in sheet.row(row)]


def _reader(book: Book) -> Callable[[Cell], str]:
    formats = [_format_of(book, xf.format_key) for xf in book.xf_list]
    from_1904 = book.datemode == 1

    def number(value: float, kind: int, place: int | None) -> str:
        shown = formats[place] if place is not None and place < len(formats) else GENERAL
        if shown.is_date or kind == xlrd.XL_CELL_DATE:
            return serial_text(value, from_1904=from_1904)
        return padded(float_text(value), shown.zeros)

    def read(cell: Cell) -> str:
        kind, value = cell.ctype, cell.value
        if isinstance(value, str):
            return text_of(value)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if value else "FALSE"
        if kind == xlrd.XL_CELL_ERROR:
            return Spoilt(xlrd.error_text_from_code.get(int(value), "#?"), Reason.CELL_ERROR)
        return number(value, kind, cell.xf_index)

    return read


def _format_of(book: Book, key: int) -> NumberFormat:
    found = book.format_map.get(key)
    return number_format(key, found.format_str) if found else number_format(key, "")
