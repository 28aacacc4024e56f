"""Opening a Parquet file: its own schema tells the columns, row groups are read in small batches."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from haihe.data.exchange.formats.archives import unpacks_too_large
from haihe.data.exchange.formats.arrow_rows import BATCH_ROWS, MOST_COLUMNS, MOST_ROWS, check_columns, rows_of
from haihe.data.exchange.formats.damage import refused_if_damaged, refusing_damage
from haihe.data.exchange.formats.table import records_of, table_facts
from haihe.data.exchange.ports import Format, OpenSource, Reading, Tally
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import RegisterSchema

ENCRYPTED_MAGIC = b"PARE"
_MOST_GROUP_BYTES = 1024**3


@dataclass(frozen=True, slots=True)
class Parquet:
    """Parquet of any writer. Rows count from 1; nested columns are refused where the schema asks for their values."""

    name: str = "parquet"

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Find the columns, then stream. Raises: FileRefused."""
        file = source.file()
        if file.read(4) == ENCRYPTED_MAGIC:
            raise FileRefused(Refusal.ENCRYPTED, "Parquet 文件加了密，无法读取；请导出不加密的文件后再上传。")
        opened = _opened(file)
        titles = list(opened.schema_arrow.names)
        facts = table_facts(titles, schema)
        places = sorted({place for place in facts.positions if place is not None})
        check_columns(opened.schema_arrow, [titles[place] for place in places])
        tally = Tally()
        batches = _batches(opened, [titles[place] for place in places])
        rows = rows_of(batches, facts.width, places)
        records = records_of(rows, facts, schema, tally, watch=file.tell)
        return Reading(facts, refused_if_damaged(records), tally)


PARQUET: Format = Parquet()


def _opened(file: object) -> pq.ParquetFile:
    with refusing_damage():
        opened = pq.ParquetFile(pa.PythonFile(file, mode="r"), memory_map=False)
        names = opened.schema_arrow.names
    meta = opened.metadata
    groups = [meta.row_group(place).total_byte_size for place in range(meta.num_row_groups)]
    if meta.num_rows > MOST_ROWS or len(names) > MOST_COLUMNS or max(groups, default=0) > _MOST_GROUP_BYTES:
        raise unpacks_too_large()
    return opened


def _batches(opened: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    yield from opened.iter_batches(batch_size=BATCH_ROWS, columns=columns, use_threads=False)
