"""Write entries as a workbook; without any, it is the empty template."""

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from haihe.data.catalogue.models import DataItem, Resource
from haihe.data.catalogue.sheets.columns import BETWEEN, ITEMS, NO, NOTES, RESOURCES, SHEETS, YES, Column

_ROOM = 5001
"""Rows that the drop-down lists reach down to."""
_HEAD = PatternFill("solid", fgColor="E8F0FB")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def workbook(rows: Iterable[Resource]) -> bytes:
    """Return an .xlsx file. Entries come with their items and assessments prefetched."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has one
    sheets = {name: _sheet(book, name, columns) for name, columns in SHEETS.items()}
    for row in rows:
        sheets[RESOURCES].append([_cell(row, column) for column in SHEETS[RESOURCES]])
        for item in row.items.all():
            sheets[ITEMS].append([_cell(item, column, resource=row.title) for column in SHEETS[ITEMS]])
    _explain(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet(book: Workbook, name: str, columns: tuple[Column, ...]) -> Worksheet:
    sheet: Worksheet = book.create_sheet(name)
    sheet.append([column.heading for column in columns])
    sheet.freeze_panes = "B2"
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        head = sheet[f"{letter}1"]
        head.font, head.fill = Font(bold=True, color="C00000" if column.required else "1A2A44"), _HEAD
        head.comment = Comment(column.note, "海河")
        sheet.column_dimensions[letter].width = column.width
        labels = [YES, NO] if column.kind == "yes" else list(column.labels())
        if labels and not column.several:
            choose = DataValidation(type="list", formula1=f'"{",".join(labels)}"', allow_blank=not column.required)
            choose.add(f"{letter}2:{letter}{_ROOM}")
            sheet.add_data_validation(choose)
    return sheet


def _cell(row: Resource | DataItem, column: Column, resource: str = "") -> str | int | None:
    if column.field == "resource":
        return _inert(resource)
    value = _value(row, column.field)
    if isinstance(value, (list, tuple)) and not column.choices:
        return _inert(BETWEEN.join(value))
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int) or value is None:
        return value
    labels = {chosen: label for label, chosen in column.labels().items()}
    if column.several:
        return BETWEEN.join(labels[chosen] for chosen in value)
    return labels.get(value, "") if labels else _inert(str(value))


def _value(row: Resource | DataItem, field: str) -> Any:
    """Return what the column is about; a part of an assessment is "kind.part", and empty where there is none."""
    if field == "code_list" and isinstance(row, DataItem):
        return row.code_list_id
    kind, dot, part = field.partition(".")
    if dot and isinstance(row, Resource):
        found = next((each for each in row.assessments.all() if each.kind == kind), None)
        return getattr(found, part, None)
    return getattr(row, field)


def _inert(text: str) -> str:
    """Keep a spreadsheet from calculating what somebody typed as a title."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _explain(book: Workbook) -> None:
    sheet: Worksheet = book.create_sheet(NOTES)
    sheet.append(["表", "列", "必填", "要求", "可选的值"])
    for name, columns in SHEETS.items():
        for column in columns:
            values = BETWEEN.join(column.labels())
            sheet.append([name, column.heading, YES if column.required else NO, column.note, values])
    for letter, width in zip("ABCDE", (10, 24, 8, 56, 80), strict=True):
        sheet.column_dimensions[letter].width = width
        for cell in sheet[letter]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
