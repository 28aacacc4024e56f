"""Opening an Arrow stream that one of our own connectors wrote. It is trusted no more than a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import pyarrow as pa

from haihe.data.exchange.formats.arrow_rows import MOST_COLUMNS, check_columns, rows_of
from haihe.data.exchange.formats.arrow_stream.pieces import Stream
from haihe.data.exchange.formats.damage import damaged, refused_if_damaged, refusing_damage
from haihe.data.exchange.formats.table import records_of, table_facts
from haihe.data.exchange.ports import Format, OpenSource, Reading, Tally
from haihe.data.exchange.rules import RegisterSchema


@dataclass(frozen=True, slots=True)
class ArrowStream:
    """Record batches; every column is text, or becomes it as Parquet's do."""

    name: str = "arrow_stream"

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Find the columns, then stream. Raises: FileRefused."""
        file = source.file()
        with refusing_damage():
            stream = pa.ipc.open_stream(pa.PythonFile(file, mode="r"))
            titles = list(stream.schema.names)
        if len(titles) > MOST_COLUMNS:
            raise damaged("列太多")
        facts = table_facts(titles, schema)
        check_columns(stream.schema, [titles[place] for place in facts.positions if place is not None])
        tally = Tally()
        batches = _batches(stream, file)
        rows = rows_of(batches, facts.width, range(len(titles)))
        records = records_of(rows, facts, schema, tally, watch=file.tell)
        pieces = Stream(source, facts, schema, stream.schema, tally).pieces(batches, file)
        return Reading(facts, refused_if_damaged(records), tally, refused_if_damaged(pieces))


ARROW_STREAM: Format = ArrowStream()


def _batches(stream: pa.ipc.RecordBatchStreamReader, file: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """A stream says where it ends; one that was cut off between two batches doesn't."""
    yield from stream
    file.seek(-8, 2)
    if file.read(8) != b"\xff\xff\xff\xff\0\0\0\0":
        raise damaged()
