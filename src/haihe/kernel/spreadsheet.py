"""Cells for CSV files that people open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_DIGITS_LOST_BY_SPREADSHEETS = 12
BYTE_ORDER_MARK = "\ufeff"
"""Without it the spreadsheets that people have here read UTF-8 as something else."""


def guarded(cell: str) -> str:
    """Return a cell that a spreadsheet shows as the text it is: no formula runs, no long number loses digits."""
    plain = cell.strip()
    if plain.startswith(_FORMULA_STARTS):
        return "'" + cell
    if plain.isdecimal() and len(plain) >= _DIGITS_LOST_BY_SPREADSHEETS:
        return plain + "\t"
    return cell


def csv_line(cells: Sequence[str]) -> str:
    """Return the cells as one line, as they are: guard those that people wrote."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def guarded_csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a whole file, every cell guarded."""
    yield BYTE_ORDER_MARK
    for row in rows:
        yield csv_line([guarded(cell) for cell in row])
