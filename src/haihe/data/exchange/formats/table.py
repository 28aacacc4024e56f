"""Rows of cells to records, for every format but plain text: which row is the header, which cells are spoilt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from haihe.data.exchange.formats.values import Spoilt
from haihe.data.exchange.mapping import known_titles, map_header
from haihe.data.exchange.ports import Record, SourceFacts, Tally
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import RegisterSchema

HEADER_WITHIN_ROWS = 20
MOST_RAW = 64 * 1024
type Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Header:
    """The row among a table's first ones that has most of the schema's titles. `known` of 0 or 1 is none at all."""

    line: int
    cells: list[str]
    known: int

    def is_one(self, schema: RegisterSchema) -> bool:
        return self.known >= min(2, len(schema.columns))


NOWHERE = Header(0, [], 0)


def find_header(rows: Iterator[Row], schema: RegisterSchema) -> Header:
    """Return the first rows' best header; NOWHERE where there are no rows."""
    found = (
        Header(line, cells, known_titles(cells, schema))
        for line, cells in islice(rows, HEADER_WITHIN_ROWS)
        if line <= HEADER_WITHIN_ROWS
    )
    return max(found, key=lambda header: header.known, default=NOWHERE)


def no_header(schema: RegisterSchema) -> FileRefused:
    return FileRefused(
        Refusal.NO_HEADER,
        f"前 {HEADER_WITHIN_ROWS} 行里没有找到表头；请在第一行写上列名（如：{schema.columns[0].title}）。",
    )


def table_facts(cells: list[str], schema: RegisterSchema, *, preface_lines: int = 0, part: str = "") -> SourceFacts:
    """Map a header's columns. Raises: FileRefused."""
    titles = list(cells)
    while titles and not titles[-1].strip():
        titles.pop()
    mapping = map_header(titles, schema)
    return SourceFacts(
        encoding="",
        confidence=1.0,
        delimiter="",
        header=tuple(title.strip() for title in titles),
        positions=mapping.positions,
        ignored=mapping.ignored,
        preface_lines=preface_lines,
        part=part,
    )


def records_of(
    rows: Iterator[Row],
    facts: SourceFacts,
    schema: RegisterSchema,
    tally: Tally,
    *,
    first_line: int = 1,
    watch: Callable[[], int] = lambda: 0,
) -> Iterator[Record]:
    """Yield a record for every row that has something in it; blank ones, and gaps between row numbers, are tallied.

    A row is damaged where a cell is that the schema reads: the first such cell gives the reason. `first_line` is where
    the rows begin; `watch` tells how many bytes of the file have been read.
    """
    used = [(place, c.title) for place, c in zip(facts.positions, schema.columns, strict=True) if place is not None]
    width = facts.width
    expected = first_line
    for line, cells in rows:
        tally.blank_lines += max(0, line - expected)
        tally.bytes_read = watch()
        expected = line + 1
        if not any(cell and not cell.isspace() for cell in cells):
            tally.blank_lines += 1
            continue
        yield _record(line, cells[:width] if len(cells) > width else cells + [""] * (width - len(cells)), used)


def _record(line: int, cells: list[str], used: list[tuple[int, str]]) -> Record:
    raw = "\t".join(cells)[:MOST_RAW]
    for place, title in used:
        cell = cells[place]
        if type(cell) is Spoilt:
            return Record(line, [str(each) for each in cells], raw, cell.reason, title)
    return Record(line, cells, raw)
