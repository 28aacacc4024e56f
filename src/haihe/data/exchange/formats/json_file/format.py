"""Opening a JSON file: the first elements tell the columns, then every element is a row, good or damaged."""

from dataclasses import dataclass
from itertools import islice

from haihe.data.exchange.formats.json_file.elements import Window, rows_array
from haihe.data.exchange.formats.objects import SAMPLE, Columns
from haihe.data.exchange.formats.text import characters, encoding_of
from haihe.data.exchange.ports import Format, OpenSource, Reading, Tally
from haihe.data.exchange.rules import RegisterSchema


@dataclass(frozen=True, slots=True)
class JsonFile:
    """An array of objects, or an object with one array, in the encodings of text files. Rows count by element."""

    name: str = "json_file"

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Find the columns, then stream. Raises: FileRefused."""
        encoding = encoding_of(source)
        sample = islice(rows_array(Window(characters(source, encoding, Tally()))), SAMPLE)
        columns = Columns(schema, (element.value for element in sample if isinstance(element.value, tuple)))
        tally = Tally()
        found = rows_array(Window(characters(source, encoding, tally)))
        records = columns.records(((each.number, each.value, each.raw) for each in found), tally)
        return Reading(columns.facts(encoding=encoding.name, confidence=encoding.confidence), records, tally)


JSON_FILE: Format = JsonFile()
