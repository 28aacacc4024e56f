"""A workbook of any number of rows, written as it goes: what doesn't fit on a sheet goes on on the next one."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from html import escape
from io import RawIOBase
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pyarrow as pa

MOST_ROWS = 1_048_576
_TIME = (2026, 1, 1, 0, 0, 0)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class SheetRows:
    """Rows as a sheet writes them: how many, all as one text, and each for itself."""

    count: int
    text: bytes
    each: pa.StringArray


def workbook(names: Sequence[str], rows: Iterable[SheetRows], *, most: int = MOST_ROWS) -> Generator[bytes]:
    """Yield a workbook whose sheets all begin with the names; `most` rows are on one, with the names."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=1) as book:
        # Closed also where nobody takes the rest.
        with closing(_Sheets(book, names, most)) as sheets:
            for batch in rows:
                sheets.add(batch)
                yield sink.taken()
        for name, text in _frame(sheets.count):
            book.writestr(_entry(name), text)
    yield sink.taken()


class _Sheets:
    def __init__(self, book: ZipFile, names: Sequence[str], most: int) -> None:
        self._book, self._most, self.count = book, most, 0
        cells = "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{escape(name)}</t></is></c>' for name in names)
        self._heading = f"<row>{cells}</row>".encode()
        self._begin()

    def add(self, rows: SheetRows) -> None:
        if rows.count <= self._left:
            self._write(rows.count, rows.text)
            return
        done = 0
        while done < rows.count:
            if not self._left:
                self.close()
                self._begin()
            part = rows.each.slice(done, min(self._left, rows.count - done))
            self._write(len(part), "".join(part.to_pylist()).encode())
            done += len(part)

    def close(self) -> None:
        """End the sheet that is being written."""
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()

    def _begin(self) -> None:
        self.count += 1
        self._left = self._most - 1
        entry = _entry(f"xl/worksheets/sheet{self.count}.xml")
        self._sheet: IO[bytes] = self._book.open(entry, "w", force_zip64=True)
        pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        views = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        self._sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}">{views}<sheetData>'.encode() + self._heading)

    def _write(self, count: int, text: bytes) -> None:
        self._sheet.write(text)
        self._left -= count


def _frame(sheets: int) -> Iterator[tuple[str, str]]:
    """Yield what holds the sheets together."""
    numbers = range(1, sheets + 1)
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_OFFICE}.worksheet+xml"/>' for n in numbers
    )
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
    )
    yield (
        "_rels/.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}.sheet.main+xml"/>{kinds}</Types>',
    )


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _TIME)
    entry.compress_type = ZIP_DEFLATED
    return entry


class _Sink(RawIOBase):
    """Takes what is written and gives it away; nothing can go back to it, so sizes stand behind each entry."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]  # whatever zipfile writes is a buffer
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece
