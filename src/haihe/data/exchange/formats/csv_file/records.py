"""Lines to rows of cells, with quotes taken seriously only where they make sense.

One stray quote makes an ordinary CSV reader swallow the rest of the file. So a quoted cell may span a few lines only if
that yields exactly the cells the header has; else the line where the quote stands is the damaged row, and the next
line is a row of its own again.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator

from haihe.data.exchange.formats.lines import Line
from haihe.data.exchange.ports import Record, Tally
from haihe.data.exchange.reasons import Reason

MAX_LINES_OF_A_ROW = 6
# ="120103…" is how spreadsheets are told to keep leading zeros; its quotes are no damage.
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DOS_END_OF_FILE = "\x1a"


def rows(lines: Iterator[Line], *, delimiter: str, width: int, tally: Tally) -> Iterator[Record]:
    """Yield every row that isn't blank (nothing but separators and spaces); blank ones are tallied."""
    ahead = _Lookahead(lines)
    blank = delimiter + ' "\t　' + _DOS_END_OF_FILE
    for line in ahead:
        if not line.fault and not line.text.strip(blank):
            tally.blank_lines += 1
        elif line.fault:
            yield Record(line.number, [], line.text, line.fault)
        elif '"' in line.text:
            yield _quoted(line, ahead, delimiter, width)
        else:
            yield _plain(line, delimiter, width)


def cells_of(text: str, delimiter: str) -> list[str] | None:
    """Return the cells of a text with quotes; None where they don't pair up."""
    if _KEPT_AS_TEXT.search(text):
        text = _KEPT_AS_TEXT.sub(r"\1", text)
    try:
        rows_found = list(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))
    except csv.Error:
        return None
    if len(rows_found) != 1:
        return None
    cells = rows_found[0]
    # The reader takes a quote in the middle of a bare cell as text; written properly it would be doubled.
    stray = '""' not in text and any('"' in cell for cell in cells)
    return None if stray else cells


class _Lookahead:
    """Lines with the possibility to look some lines ahead and take them or not."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._seen: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        while True:
            if self._seen:
                yield self._seen.popleft()
                continue
            line = next(self._lines, None)
            if line is None:
                return
            yield line

    def peek(self, count: int) -> list[Line]:
        while len(self._seen) < count and (line := next(self._lines, None)):
            self._seen.append(line)
        return list(self._seen)[:count]

    def skip(self, count: int) -> None:
        for _ in range(count):
            self._seen.popleft()


def _plain(line: Line, delimiter: str, width: int) -> Record:
    return _judged(line.number, line.text.split(delimiter), line.text, width)


def _quoted(line: Line, ahead: _Lookahead, delimiter: str, width: int) -> Record:
    cells = cells_of(line.text, delimiter)
    if cells is not None:
        return _judged(line.number, cells, line.text, width)
    text = line.text
    for taken, following in enumerate(ahead.peek(MAX_LINES_OF_A_ROW - 1), start=1):
        if following.fault:
            break
        text = f"{text}\n{following.text}"
        cells = cells_of(text, delimiter)
        if cells is not None and len(cells) == width:
            ahead.skip(taken)
            return _judged(line.number, cells, text, width)
    return Record(line.number, [], line.text, Reason.STRAY_QUOTE)


def _judged(number: int, cells: list[str], raw: str, width: int) -> Record:
    if _CONTROL.search(raw):
        return Record(number, cells, raw, Reason.CONTROL_CHARACTER)
    # Spreadsheets leave empty cells behind the last column; they carry nothing.
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return Record(number, cells, raw, None if len(cells) == width else Reason.WRONG_COLUMN_COUNT)
