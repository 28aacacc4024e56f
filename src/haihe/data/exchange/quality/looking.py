"""A look at a file before it is read: its columns as they are called there, and some of its rows.

Formats look for the titles they are told. So they are told all that were ever agreed on, and where none of them stands
in the file, those that its first lines seem to have.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from haihe.data.exchange.mapping import OURS
from haihe.data.exchange.ports import Format, OpenSource, Reading
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import Column, Kind, RegisterSchema, fold_title

SAMPLE_ROWS = 400
_HEADER_WITHIN = 20
_SEPARATORS = (",", "\t", ";", "|", "，")


@dataclass(frozen=True, slots=True)
class Look:
    """What a file's columns are called, in its order, and their cells in some of its rows (plain: mind who sees them).

    The column that marks changes isn't among them.
    `may_leave_out` is true for formats whose rows name their own cells: one that is nowhere may just be empty.
    """

    titles: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    may_leave_out: bool = False

    def cells_of(self, title: str) -> tuple[str, ...]:
        return self.cells[self.titles.index(title)]


def look_at(source: OpenSource, format_: Format, titles: Iterable[str]) -> Look:
    """Look at a file of which some of these titles are known. Raises: FileRefused."""
    known = _once(titles)
    try:
        reading = format_.open(source, _tolerant(known))
    except FileRefused as refused:
        if refused.code != Refusal.NO_HEADER or not (guessed := _guessed(source, format_)):
            raise
        known = guessed
        reading = format_.open(source, _tolerant(known))
    if _names_its_cells(reading, known):
        return _keyed(source, format_, _once([*known, *reading.facts.ignored]))
    return _look(reading)


def _look(reading: Reading) -> Look:
    header = reading.facts.header
    rows = [record.cells for record in islice(reading.records, SAMPLE_ROWS) if len(record.cells) == len(header)]
    places = [place for place, title in enumerate(header) if title.strip() and title not in OURS]
    cells = tuple(tuple(row[place] for row in rows) for place in places)
    return Look(tuple(header[place] for place in places), cells)


def _keyed(source: OpenSource, format_: Format, titles: Sequence[str]) -> Look:
    """Such a format's header is what it was asked for; what is there shows in the rows."""
    look = _look(format_.open(source, _tolerant(titles)))
    seen = [(title, cells) for title, cells in zip(look.titles, look.cells, strict=True) if any(map(str.strip, cells))]
    return Look(tuple(title for title, _ in seen), tuple(cells for _, cells in seen), may_leave_out=True)


def _names_its_cells(reading: Reading, known: Sequence[str]) -> bool:
    """True for objects: their header is whatever was asked for, in that order."""
    return reading.facts.header == tuple(known) and reading.facts.positions == tuple(range(len(known)))


def _tolerant(titles: Sequence[str]) -> RegisterSchema:
    """Return a schema that demands nothing: any of the titles may be there or not."""
    columns = tuple(
        Column(field=f"c{place}", title=title, kind=Kind.TEXT, required=False) for place, title in enumerate(titles)
    )
    return RegisterSchema(resource="", title="", columns=columns)


def _guessed(source: OpenSource, format_: Format) -> list[str]:
    """Return the titles of a file of which none is known: its first line with as many cells as the next one."""
    reading = format_.open(source, _tolerant(()))
    first = list(reading.facts.header)
    lines = [first, *(record.cells for record in islice(reading.records, _HEADER_WITHIN))]
    rows = [_split(cells) for cells in lines]
    for row, following in pairwise(rows):
        titles = _once(row)
        if len(titles) > 1 and len(titles) == len(row) == len(following) and not any(map(_is_figure, row)):
            return titles
    return []


def _split(cells: Sequence[str]) -> list[str]:
    """Take a line apart that the format took for one cell, not knowing what separates them."""
    if len(cells) != 1:
        return [cell.strip() for cell in cells]
    return max((cells[0].split(separator) for separator in _SEPARATORS), key=len)


def _is_figure(cell: str) -> bool:
    return cell.strip().replace(".", "").replace("-", "").isdigit()


def _once(titles: Iterable[str]) -> list[str]:
    """Return the titles, each once as formats compare them."""
    return list({fold_title(title): title.strip() for title in reversed(list(titles)) if title.strip()}.values())[::-1]
