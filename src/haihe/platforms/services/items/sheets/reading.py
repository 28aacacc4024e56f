"""Take a workbook of items apart, whoever made it: a file, or a cell, that can't be right is refused with a reason."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from haihe.platforms.services.items.elements.columns import ITEM, TABLES, Column, Table
from haihe.platforms.services.items.elements.flat import Row, Rows, split
from haihe.platforms.services.items.elements.rules import Fault
from haihe.platforms.services.items.sheets.writing import OWNER, headings, titles

MOST_BYTES: Final = 20 << 20
MOST_ROWS: Final = 40_000
_MOST_UNPACKED_BYTES: Final = 200 << 20
_MOST_PARTS: Final = 1000
_MOST_COLUMNS: Final = 64
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?( 00:00:00)?")
_DECLARES: Final = re.compile(rb"<!(DOCTYPE|ENTITY)")
_LOOKED_AT_BYTES: Final = 4096


class NoWorkbook(Exception):
    """The whole file is refused; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in which cell, as the spreadsheet names it; only a row where the whole row is meant."""

    sheet: str
    cell: str
    reason: str


@dataclass(slots=True)
class ReadItem:
    """One item of the file: its rows, where each stood (row number by table), and what couldn't be read."""

    slug: str
    rows: Rows
    numbers: dict[str, list[int]]
    faults: list[CellFault] = field(default_factory=list)


@dataclass(slots=True)
class Read:
    """The items of a workbook in their order, and rows that belong to none of them."""

    items: list[ReadItem]
    faults: list[CellFault]
    letters: dict[str, dict[str, str]]
    """In which column of its sheet each element stands."""

    def located(self, item: ReadItem, fault: Fault) -> CellFault:
        """Return where in the workbook a fault of the rows is."""
        numbers = item.numbers.get(fault.table) or [item.numbers[ITEM][0]]
        in_place = fault.row < len(item.numbers.get(fault.table, ()))
        number = numbers[fault.row] if in_place else numbers[-1]
        letter = self.letters.get(fault.table, {}).get(fault.column, "") if in_place else ""
        return CellFault(titles()[fault.table if in_place else ITEM], f"{letter}{number}", fault.reason)


def taken(file: IO[bytes]) -> bytes:
    """Return the bytes of what may be a workbook, not yet taken apart. Raises: NoWorkbook."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NoWorkbook(_("文件不能超过 %(n)s MB；请分成几个文件。") % {"n": MOST_BYTES >> 20})
    _check_archive(data)
    return data


def read(data: bytes) -> Read:
    """Take apart what `taken` let in. Raises: NoWorkbook."""
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        return _read(book)
    except NoWorkbook:
        raise
    except Exception as broken:
        # openpyxl raises whatever it stumbles over; to the person all of it means the same.
        raise NoWorkbook(_unreadable()) from broken


def _unreadable() -> str:
    return _("这不是能打开的 Excel 文件（.xlsx）。请用模板另存后再上传。")


def _check_archive(data: bytes) -> None:
    """A few bytes may unpack to gigabytes; nothing is unpacked before its size is known."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED_BYTES:
            raise NoWorkbook(_("文件展开后太大。请只保留模板中的表。"))
        for part in parts:
            with archive.open(part) as opened:
                if _DECLARES.search(opened.read(_LOOKED_AT_BYTES)):
                    raise NoWorkbook(_unreadable())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as broken:
        raise NoWorkbook(_unreadable()) from broken


def _read(book: Any) -> Read:
    found = Read([], [], {})
    by_slug: dict[str, ReadItem] = {}
    for one in TABLES:
        for number, slug, row, faults in _lines(book, one, found):
            item = by_slug.get(slug)
            if one.key == ITEM and item is None:
                item = by_slug[slug] = ReadItem(
                    slug, {each.key: [] for each in TABLES}, {each.key: [] for each in TABLES}
                )
                found.items.append(item)
            if item is None:
                found.faults.append(CellFault(titles()[one.key], f"A{number}", _stray(slug)))
                continue
            item.rows[one.key].append(row)
            item.numbers[one.key].append(number)
            item.faults += faults
    return found


def _stray(slug: str) -> str:
    return _("“基本信息”表里没有标识为“%(slug)s”的事项。") % {"slug": slug[:64]}


def _lines(book: Any, table: Table, found: Read) -> Iterator[tuple[int, str, Row, list[CellFault]]]:
    name = titles()[table.key]
    if name not in book.sheetnames:
        raise NoWorkbook(_("没有“%(name)s”这张表。请使用模板，不要改表名。") % {"name": name})
    lines = book[name].iter_rows(values_only=True, max_col=_MOST_COLUMNS)
    places, owner = _places(table, name, next(lines, ()))
    found.letters[table.key] = {column.name: get_column_letter(place + 1) for place, column in places}
    for number, line in enumerate(lines, 2):
        if number > MOST_ROWS:
            raise NoWorkbook(_("“%(name)s”表超过 %(n)s 行；请分成几个文件。") % {"name": name, "n": MOST_ROWS})
        if any(value not in (None, "") for value in line):
            yield number, *_row(name, number, line, places, owner)


def _places(table: Table, name: str, line: tuple[object, ...]) -> tuple[list[tuple[int, Column]], int]:
    """Return where each column stands, and whose row it is. Their order is free; strange columns are left alone."""
    found = {str(heading).strip(): place for place, heading in enumerate(line) if heading is not None}
    wanted = headings(table)
    if missing := [heading for heading in wanted if heading not in found]:
        told = {"name": name, "columns": "、".join(missing)}
        raise NoWorkbook(_("“%(name)s”表缺少列：%(columns)s。请使用模板，不要改列名。") % told)
    own = wanted if table.is_one_row else wanted[1:]
    places = [(found[heading], column) for heading, column in zip(own, table.columns, strict=True)]
    return places, found[OWNER]


def _row(
    name: str, number: int, line: tuple[object, ...], places: list[tuple[int, Column]], owner: int
) -> tuple[str, Row, list[CellFault]]:
    row: Row = {}
    faults = []
    for place, column in places:
        try:
            row[column.name] = _value(line[place] if place < len(line) else None, column)
        except ValueError as wrong:
            row[column.name] = ""
            faults.append(CellFault(name, f"{get_column_letter(place + 1)}{number}", str(wrong)))
    return _plain(line[owner] if owner < len(line) else None), row, faults


def _value(raw: object, column: Column) -> str:
    """Return the cell's text, labels as their values. Raises: ValueError."""
    text = _plain(raw)
    if isinstance(raw, str) and raw.startswith("="):
        raise ValueError(_("请填写内容，不要填写公式。"))
    if column.kind == "day":
        return _day(raw, text)
    if not column.choices or not text:
        return text
    with override("zh-hans"):
        values = {str(label): value for value, label in column.options}
    chosen = split(text) if column.kind == "several" else [text]
    return "\n".join(values.get(label, label) for label in chosen)


def _plain(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = str(raw).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text.removeprefix("'").strip()


def _day(raw: object, text: str) -> str:
    """Return the day as ISO writes it; what is none stays, and is told of with all else."""
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    match = _DAY.fullmatch(text)
    try:
        return date(*map(int, match.groups()[:3])).isoformat() if match else text
    except ValueError:
        return text
