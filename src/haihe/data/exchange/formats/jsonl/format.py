"""Opening JSON Lines: the first objects tell the columns, then every line is a row, good or damaged."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from haihe.data.exchange.formats.lines import Line, numbered_lines
from haihe.data.exchange.formats.objects import DECODER, SAMPLE, Columns, Element
from haihe.data.exchange.formats.text import encoding_of
from haihe.data.exchange.ports import Format, OpenSource, Reading, Tally
from haihe.data.exchange.reasons import Reason
from haihe.data.exchange.rules import RegisterSchema


@dataclass(frozen=True, slots=True)
class JsonLines:
    """One JSON object a line, in the encodings of text files."""

    name: str = "jsonl"

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Find the columns, then stream. Raises: FileRefused."""
        encoding = encoding_of(source)
        sample = islice(numbered_lines(source(), encoding, Tally()), SAMPLE)
        decoded = (_decoded(line) for line in sample if line.text.strip())
        columns = Columns(schema, (value for value in decoded if isinstance(value, tuple)))
        tally = Tally()
        records = columns.records(_elements(numbered_lines(source(), encoding, tally), tally), tally)
        return Reading(columns.facts(encoding=encoding.name, confidence=encoding.confidence), records, tally)


JSONL: Format = JsonLines()


def _elements(lines: Iterator[Line], tally: Tally) -> Iterator[Element]:
    for line in lines:
        if line.text.strip() or line.fault:
            yield line.number, _decoded(line), line.text
        else:
            tally.blank_lines += 1


def _decoded(line: Line) -> object:
    """Return a line's value; what is damaged or no JSON is no object either."""
    if line.fault:
        return line.fault
    try:
        return DECODER.decode(line.text)
    except (ValueError, RecursionError):
        return Reason.BAD_ELEMENT
