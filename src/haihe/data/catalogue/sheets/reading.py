"""Take a workbook apart, whoever made it: a file, or a cell, that can't be right is refused with a reason."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from haihe.data.catalogue.sheets.columns import BETWEEN, ITEMS, NO, RESOURCES, SHEETS, YES, Column
from haihe.kernel.text import tidy

MOST_BYTES = 20 << 20
MOST_ROWS = 100_000
_MOST_UNPACKED_BYTES = 200 << 20
_MOST_PARTS = 1000
_LONGEST_CELL = 4000
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


class NoWorkbook(Exception):
    """The whole file is refused; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in which cell, as the spreadsheet names it; `cell` is only a row where the whole row is meant."""

    sheet: str
    cell: str
    reason: str


@dataclass(slots=True)
class Row:
    """One row of a sheet: its number, its values by field, and in which column each field stands."""

    sheet: str
    number: int
    values: dict[str, Any]
    letters: dict[str, str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, name: str, reason: str) -> Fault:
        """Return a fault of this field's cell, or of the whole row where no column holds the field."""
        return Fault(self.sheet, f"{self.letters.get(name, '')}{self.number}", reason)


@dataclass(slots=True)
class Read:
    """The rows of both sheets, each with what is wrong in it."""

    resources: list[Row]
    items: list[Row]


def taken(file: IO[bytes]) -> bytes:
    """Return the bytes of what may be a workbook, not yet taken apart. Raises: NoWorkbook."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NoWorkbook(_("文件不能超过 %(n)s MB；请分成几个文件。") % {"n": MOST_BYTES >> 20})
    _check_archive(data)
    return data


def read(file: IO[bytes]) -> Read:
    """Raises: NoWorkbook."""
    return read_bytes(taken(file))


def read_bytes(data: bytes) -> Read:
    """Take apart what `taken` let in. Raises: NoWorkbook."""
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        return Read(*(_rows(book, name) for name in (RESOURCES, ITEMS)))
    except NoWorkbook:
        raise
    except Exception as broken:
        # openpyxl raises whatever it stumbles over; to the person all of it means the same.
        raise NoWorkbook(_("这不是能打开的 Excel 文件（.xlsx）。请用模板另存后再上传。")) from broken


def _check_archive(data: bytes) -> None:
    """A few bytes may unpack to gigabytes; nothing is unpacked before its size is known."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile:
        raise NoWorkbook(_("这不是能打开的 Excel 文件（.xlsx）。请用模板另存后再上传。")) from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED_BYTES:
        raise NoWorkbook(_("文件展开后太大。请只保留模板中的三张表。"))


def _rows(book: Any, name: str) -> list[Row]:
    if name not in book.sheetnames:
        raise NoWorkbook(_("没有“%(name)s”这张表。请使用模板，不要改表名。") % {"name": name})
    lines = book[name].iter_rows(values_only=True, max_col=64)
    places = _places(name, next(lines, ()))
    rows = []
    for number, line in enumerate(lines, 2):
        if number > MOST_ROWS:
            raise NoWorkbook(_("“%(name)s”表超过 %(n)s 行；请分成几个文件。") % {"name": name, "n": MOST_ROWS})
        if any(value not in (None, "") for value in line):
            rows.append(_row(name, number, line, places))
    return rows


def _places(name: str, headings: tuple[object, ...]) -> list[tuple[int, Column]]:
    """Return where each column stands; their order is free, and columns that we don't know are left alone."""
    found = {tidy(str(heading)): place for place, heading in enumerate(headings) if heading is not None}
    missing = [column.heading for column in SHEETS[name] if column.heading not in found and not column.new]
    if missing:
        told = {"name": name, "columns": BETWEEN.join(missing)}
        raise NoWorkbook(_("“%(name)s”表缺少列：%(columns)s。请使用模板，不要改列名。") % told)
    return [(found[column.heading], column) for column in SHEETS[name] if column.heading in found]


def _row(sheet: str, number: int, line: tuple[object, ...], places: list[tuple[int, Column]]) -> Row:
    row = Row(sheet, number, {}, {column.field: get_column_letter(place + 1) for place, column in places})
    for place, column in places:
        try:
            row.values[column.field] = _value(line[place] if place < len(line) else None, column)
        except ValueError as wrong:
            row.faults.append(row.fault(column.field, str(wrong)))
    return row


def _value(raw: object, column: Column) -> object:
    text = "" if raw is None else tidy(str(raw)).removeprefix("'")
    if text.startswith("="):
        raise ValueError(_("请填写内容，不要填写公式。"))
    if len(text) > _LONGEST_CELL:
        raise ValueError(_("内容太长。"))
    if column.required and not text:
        raise ValueError(_("“%(heading)s”必须填写。") % {"heading": column.heading})
    if column.choices:
        return _chosen(text, column)
    return _READERS[column.kind](text)


def _chosen(text: str, column: Column) -> object:
    if not text and not column.required and not column.several:
        return column.empty
    labels = column.labels()
    asked = list(_split(text)) if column.several else [text]
    unknown = [label for label in asked if label not in labels]
    if unknown:
        told = {"value": unknown[0], "values": BETWEEN.join(labels)}
        raise ValueError(_("“%(value)s”不在可选的值中：%(values)s。") % told)
    chosen = tuple(dict.fromkeys(labels[label] for label in asked))
    return chosen if column.several else chosen[0]


def _split(text: str) -> Iterator[str]:
    for sign in "，,;；/":
        text = text.replace(sign, BETWEEN)
    return (part.strip() for part in text.split(BETWEEN) if part.strip())


def _list(text: str) -> tuple[str, ...]:
    for sign in "，,;；":
        text = text.replace(sign, BETWEEN)
    return tuple(dict.fromkeys(part.strip() for part in text.split(BETWEEN) if part.strip()))


def _day(text: str) -> date | None:
    """Read a day; a spreadsheet's own dates come with a time of midnight."""
    if not text:
        return None
    match = _DAY.fullmatch(text.removesuffix(" 00:00:00"))
    try:
        return date(*map(int, match.groups())) if match else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise ValueError(_("“%(value)s”不是日期，请写成 2026-11-23 的样子。") % {"value": text[:20]})


def _length(text: str) -> int | None:
    if not text:
        return None
    if not text.removesuffix(".0").isascii() or not text.removesuffix(".0").isdigit() or len(text) > 8:
        raise ValueError(_("“%(value)s”不是整数。") % {"value": text})
    return int(text.removesuffix(".0"))


def _yes_or_no(text: str) -> bool:
    if text not in ("", YES, NO):
        raise ValueError(_("请填写“是”或“否”。"))
    return text == YES


_READERS: Final[dict[str, Callable[[str], object]]] = {
    "text": str,
    "number": _length,
    "yes": _yes_or_no,
    "day": _day,
    "list": _list,
}
