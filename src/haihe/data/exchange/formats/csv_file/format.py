"""Opening a text file: encoding, header and separator are found from its beginning, then the rows stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from haihe.data.exchange.formats.csv_file.blocks import Shape
from haihe.data.exchange.formats.csv_file.records import cells_of, rows
from haihe.data.exchange.formats.csv_file.stream import Stream
from haihe.data.exchange.formats.encoding import Encoding
from haihe.data.exchange.formats.lines import Line, numbered_lines
from haihe.data.exchange.formats.text import encoding_of
from haihe.data.exchange.mapping import known_titles, map_header
from haihe.data.exchange.ports import Format, OpenSource, Reading, SourceFacts, Tally
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import RegisterSchema

DELIMITERS = (",", "\t", ";", "|", "，")
_HEADER_WITHIN_LINES = 20


@dataclass(frozen=True, slots=True)
class _Header:
    line: int
    delimiter: str
    cells: list[str]
    known: int


@dataclass(frozen=True, slots=True)
class CsvFile:
    """Text with separators in UTF-8, GB18030 or UTF-16. Titles may stand above the header; they are skipped."""

    name: str = "csv_file"

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Find out encoding, separator and columns, then stream. Raises: FileRefused."""
        encoding = encoding_of(source)
        header = _find_header(numbered_lines(source(), encoding, Tally()), schema)
        facts = _facts(encoding, header, schema)
        tally = Tally()
        lines = numbered_lines(source(), encoding, tally)
        below_header = islice(lines, header.line, None)
        records = rows(below_header, delimiter=header.delimiter, width=facts.width, tally=tally)
        shape = Shape(encoding.name, header.delimiter, facts.width, len(header.cells))
        stream = Stream(source, encoding, shape, header.line, tally)
        return Reading(facts, records, tally, stream.pieces() if shape.suits_blocks else None)


CSV_FILE: Format = CsvFile()


def _find_header(lines: Iterator[Line], schema: RegisterSchema) -> _Header:
    """Take the line among the first ones that has most of the schema's titles, with the separator that shows them."""
    candidates = [
        _Header(line.number, delimiter, cells, known_titles(cells, schema))
        for line in islice(lines, _HEADER_WITHIN_LINES)
        if not line.fault
        for delimiter in DELIMITERS
        if (cells := cells_of(line.text, delimiter)) is not None
    ]
    best = max(candidates, key=lambda candidate: candidate.known, default=None)
    if best is None or best.known < min(2, len(schema.columns)):
        raise FileRefused(
            Refusal.NO_HEADER,
            f"前 {_HEADER_WITHIN_LINES} 行里没有找到表头；请在第一行写上列名（如：{schema.columns[0].title}）。",
        )
    return best


def _facts(encoding: Encoding, header: _Header, schema: RegisterSchema) -> SourceFacts:
    cells = list(header.cells)
    while cells and not cells[-1].strip():
        cells.pop()
    mapping = map_header(cells, schema)
    return SourceFacts(
        encoding=encoding.name,
        confidence=encoding.confidence,
        delimiter=header.delimiter,
        header=tuple(cell.strip() for cell in cells),
        positions=mapping.positions,
        ignored=mapping.ignored,
        preface_lines=header.line - 1,
    )
