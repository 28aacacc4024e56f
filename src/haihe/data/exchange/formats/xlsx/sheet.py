"""The rows of one worksheet, as they stream by: no more of a sheet is held than one row."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from math import isfinite

from haihe.data.exchange.formats import archives
from haihe.data.exchange.formats.damage import damaged
from haihe.data.exchange.formats.merges import Area
from haihe.data.exchange.formats.table import Row
from haihe.data.exchange.formats.values import Spoilt, float_text, padded, serial_text, text_of
from haihe.data.exchange.formats.xlsx.elements import Attributes, parser, whole
from haihe.data.exchange.formats.xlsx.package import TRUE, SheetPart, Workbook
from haihe.data.exchange.formats.xlsx.texts import TextCollector
from haihe.data.exchange.reasons import Reason

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# Neither of the two can stand in a text, where < is always written otherwise.
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?hidden="(?:1|true)"')
_LONGEST_TAG = 1024
_CELL_BYTES = 131_072


def column_of(letters: str) -> int:
    """Return the place of a column, from 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def survey(workbook: Workbook, sheet: SheetPart) -> tuple[list[Area], int]:
    """Return a sheet's merged areas, which stand behind its rows, and how many of its rows are hidden."""
    areas: list[Area] = []
    hidden = 0
    rest = b""
    for piece in archives.pieces_of(workbook.archive, sheet.member):
        text = rest + piece
        cut = max(text.rfind(b">") + 1, len(text) - _LONGEST_TAG)
        text, rest = text[:cut], text[cut:]
        hidden += len(_HIDDEN_ROW.findall(text))
        areas += [_area(*found) for found in _MERGED.findall(text)]
    return areas, hidden


def _area(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Area:
    return Area(int(top), column_of(left.decode()), int(bottom), column_of(right.decode()))


def rows_of(workbook: Workbook, sheet: SheetPart) -> Iterator[Row]:
    """Yield number and cells of every row that the sheet has, as Excel numbers them. Raises: FileRefused."""
    reader = _Reader(workbook)
    made = parser(reader.start, reader.end, reader.add)
    for piece in archives.pieces_of(workbook.archive, sheet.member):
        made.Parse(piece, False)
        yield from reader.taken()
    made.Parse(b"", True)
    yield from reader.taken()


class _Reader:
    """Hears the elements of a sheet and puts rows together."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._rows: deque[Row] = deque()
        self._row = 0
        self._cells: list[str] = []
        self._next = 0
        self._in_data = False
        self._in_value = False
        self._collector = TextCollector()
        self._begin_cell({})

    def taken(self) -> Iterable[Row]:
        rows, self._rows = self._rows, deque()
        return rows

    def _begin_cell(self, attributes: Attributes) -> None:
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._value = ""
        self._has_formula = False
        self._column = self._column_of(attributes.get("r", ""))

    def _column_of(self, place: str) -> int:
        if not place:
            return self._next
        found = _PLACE.fullmatch(place)
        if not found or (column := column_of(found[1])) >= MOST_COLUMNS or column < self._next:
            raise damaged("单元格的位置不对")
        return column

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "v":
            self._in_value = self._in_data
        elif element == "c" and self._in_data:
            self._begin_cell(attributes)
        elif element == "row" and self._in_data:
            self._begin_row(attributes.get("r", ""))
        elif element == "f":
            self._has_formula = True
        elif element == "sheetData":
            self._in_data = True
        else:
            self._collector.start(element)

    def _begin_row(self, number: str) -> None:
        row = whole(number) if number else self._row + 1
        if not self._row < row <= MOST_ROWS:
            raise damaged("行号不对")
        self._row, self._cells, self._next = row, [], 0

    def end(self, element: str) -> None:
        if element == "v":
            self._in_value = False
        elif element == "c" and self._in_data:
            self._end_cell()
        elif element == "row" and self._in_data:
            self._rows.append((self._row, self._cells))
        elif element == "sheetData":
            self._in_data = False
        else:
            self._collector.end(element)

    def add(self, text: str) -> None:
        if self._in_value:
            self._value += text
            if len(self._value) > _CELL_BYTES:
                raise damaged("单元格的内容过长")
        else:
            self._collector.add(text)

    def _end_cell(self) -> None:
        inline = self._collector.take()
        cell = self._cell(inline)
        self._next = self._column + 1
        if cell or type(cell) is Spoilt:
            self._cells += [""] * (self._column - len(self._cells))
            self._cells.append(cell)

    def _cell(self, inline: str) -> str:
        value = self._value
        match self._kind:
            case "s":
                return text_of(self._workbook.texts[whole(value)]) if value else ""
            case "inlineStr":
                return text_of(inline)
            case "e":
                return Spoilt(value, Reason.CELL_ERROR)
            case "str" | "d":
                return self._calculated(text_of(value))
            case "b":
                return "TRUE" if value in TRUE else "FALSE"
            case _:
                return self._calculated(self._number(value)) if value or self._has_formula else ""

    def _calculated(self, text: str) -> str:
        """A formula that was never calculated has no value; one whose result is an empty text has."""
        return Spoilt("", Reason.NOT_CALCULATED) if self._has_formula and not text and self._kind == "n" else text

    def _number(self, value: str) -> str:
        if not value:
            return ""
        try:
            number = float(value)
        except ValueError:
            return Spoilt(value, Reason.BAD_NUMBER)
        if not isfinite(number):
            return Spoilt(value, Reason.BAD_NUMBER)
        shown = self._workbook.styles.format_of(self._style)
        if shown.is_date:
            return serial_text(number, from_1904=self._workbook.from_1904)
        return padded(float_text(number), shown.zeros)
