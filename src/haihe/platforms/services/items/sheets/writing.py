"""Write items as a workbook, as CSV and as JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from haihe.platforms.services.items import definition
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.elements.columns import ITEM, TABLES, Column, Table, table
from haihe.platforms.services.items.elements.differences import told
from haihe.platforms.services.items.elements.flat import rows_of

OWNER: Final = "事项标识"
"""The first column of every sheet but the item's own: whose row it is."""
NOTES: Final = "填写说明"
_HEAD: Final = PatternFill("solid", fgColor="E8F0FB")
_ACTS: Final = ("=", "+", "-", "@", "'", "\t", "\r")
_NARROW, _WIDE = 16, 40


def headings(table: Table) -> list[str]:
    """Return the Chinese headings of a sheet, whatever language is spoken: the file is the same."""
    with override("zh-hans"):
        own = [str(column.heading) for column in table.columns]
    return own if table.is_one_row else [OWNER, *own]


def titles() -> dict[str, str]:
    """Return the name of each table's sheet."""
    with override("zh-hans"):
        return {one.key: str(one.title) for one in TABLES}


def workbook(items: Iterable[ItemDefinition]) -> bytes:
    """Return an .xlsx file; without items it is the empty template."""
    book = Workbook(write_only=True)
    named = titles()
    sheets = {one.key: book.create_sheet(named[one.key]) for one in TABLES}
    for one in TABLES:
        _head(sheets[one.key], one)
    with override("zh-hans"):
        for item in items:
            for key, line in _lines(item):
                sheets[key].append(line)
        _explain(book.create_sheet(NOTES), named)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_csv(items: Iterable[ItemDefinition]) -> bytes:
    """Return the items' own rows as CSV in UTF-8, one line each."""
    buffer = io.StringIO()
    out = csv.writer(buffer)
    out.writerow(headings(table(ITEM)))
    with override("zh-hans"):
        for item in items:
            out.writerows(line for key, line in _lines(item) if key == ITEM)
    return buffer.getvalue().encode("utf-8-sig")


def as_json(items: Iterable[ItemDefinition]) -> bytes:
    """Return the items whole, as they are kept."""
    return json.dumps([definition.to_json(item) for item in items], ensure_ascii=False).encode()


def inert(text: str) -> str:
    """Keep a spreadsheet from calculating what somebody typed; `reading` takes the sign away again."""
    return f"'{text}" if text.startswith(_ACTS) else text


def _lines(item: ItemDefinition) -> Iterator[tuple[str, list[str | int]]]:
    rows = rows_of(item)
    for one in TABLES:
        for row in rows[one.key]:
            line = [_cell(column, row[column.name]) for column in one.columns]
            yield one.key, line if one.is_one_row else [inert(item.slug), *line]


def _cell(column: Column, text: str) -> str | int:
    if column.kind == "number" and text:
        return int(text)
    return inert(told(column, text) if column.choices else text)


def _head(sheet: Any, table: Table) -> None:
    required = {str(column.heading) for column in table.columns if column.required}
    line = []
    for number, heading in enumerate(headings(table), 1):
        cell = WriteOnlyCell(sheet, value=heading)
        cell.font = Font(bold=True, color="C00000" if heading in required or heading == OWNER else "1A2A44")
        cell.fill = _HEAD
        line.append(cell)
        sheet.column_dimensions[get_column_letter(number)].width = _NARROW
    for number, column in enumerate(table.columns, 1 if table.is_one_row else 2):
        if column.is_long:
            sheet.column_dimensions[get_column_letter(number)].width = _WIDE
    sheet.freeze_panes = "B2"
    sheet.append(line)


def _explain(sheet: Any, named: dict[str, str]) -> None:
    for letter, width in zip("ABCDE", (14, 26, 8, 56, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(["表", "列", "必填", "要求", "可选的值"])
    for one in TABLES:
        for column in one.columns:
            values = "、".join(str(label) for _value, label in column.options)
            told = [named[one.key], str(column.heading), "是" if column.required else "否", str(column.note), values]
            cells = [WriteOnlyCell(sheet, value=inert(text)) for text in told]
            for cell in cells:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.append(cells)
