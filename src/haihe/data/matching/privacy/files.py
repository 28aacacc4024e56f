"""Rows as a file that a spreadsheet opens without running anything in it."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from haihe.kernel.spreadsheet import BYTE_ORDER_MARK, csv_line, guarded


def csv_file(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    lines = [csv_line([guarded(title) for title in titles])]
    lines += [csv_line([_text(value) for value in row]) for row in rows]
    return (BYTE_ORDER_MARK + "".join(lines)).encode()


def xlsx_file(
    titles: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str, notes: Sequence[Sequence[str]]
) -> bytes:
    """Return a workbook: the rows, and a sheet that says what they are and what they may be used for."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.append([_cell(title) for title in titles])
    for row in rows:
        page.append([_cell(value) for value in row])
    about = book.create_sheet(_("说明"))
    for line in notes:
        about.append([_cell(value) for value in line])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _text(value: Any) -> str:
    """Numbers and dates stand as they are: no formula begins with one."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int | Decimal | date) else guarded(str(value))


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | date):
        return value
    if isinstance(value, Decimal):
        return float(value)
    return ILLEGAL_CHARACTERS_RE.sub("", guarded(str(value)))
