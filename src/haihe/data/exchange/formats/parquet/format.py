"""Opening a Parquet file: its own schema tells the columns, row groups are read in small batches."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from haihe.data.exchange.formats.archives import most_unpacked_bytes, unpacks_too_large
from haihe.data.exchange.formats.arrow_rows import BATCH_ROWS, MOST_COLUMNS, MOST_ROWS, check_columns, rows_of
from haihe.data.exchange.formats.damage import refused_if_damaged, refusing_damage
from haihe.data.exchange.formats.table import records_of, table_facts
from haihe.data.exchange.ports import Format, OpenSource, Reading, Tally
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import RegisterSchema

ENCRYPTED_MAGIC = b"PARE"
_MOST_GROUP_BYTES = 1024**3
_MOST_BATCH_BYTES = 64 * 1024**2


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
        columns = [titles[place] for place in places]
        check_columns(opened.schema_arrow, columns)
        tally = Tally()
        rows = rows_of(_batches(file, opened, columns), facts.width, places)
        records = records_of(rows, facts, schema, tally, watch=file.tell)
        return Reading(facts, refused_if_damaged(records), tally)


PARQUET: Format = Parquet()


def _opened(file: IO[bytes], texts: Sequence[str] = ()) -> pq.ParquetFile:
    """Open a file; of `texts` the dictionaries are read, not the values. Raises: FileRefused."""
    size = file.seek(0, io.SEEK_END)
    with refusing_damage():
        opened = pq.ParquetFile(pa.PythonFile(file, mode="r"), memory_map=False, read_dictionary=list(texts))
        names = opened.schema_arrow.names
    if opened.metadata.num_rows > MOST_ROWS or len(names) > MOST_COLUMNS or not _is_in_proportion(opened, size):
        raise unpacks_too_large()
    return opened


def _is_in_proportion(opened: pq.ParquetFile, size: int) -> bool:
    """True where no part of the file claims to be out of all proportion to what there is of it."""
    groups = [opened.metadata.row_group(place) for place in range(opened.num_row_groups)]
    chunks = [group.column(place) for group in groups for place in range(group.num_columns)]
    return all(group.total_byte_size <= _MOST_GROUP_BYTES for group in groups) and all(
        chunk.total_uncompressed_size <= most_unpacked_bytes(min(size, chunk.total_compressed_size)) for chunk in chunks
    )


def _batches(file: IO[bytes], opened: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield batches of rows. Raises: FileRefused where all of them are more than can be in such a file."""
    left = most_unpacked_bytes(file.seek(0, io.SEEK_END))
    for group in range(opened.num_row_groups):
        size = min(BATCH_ROWS, max(1, _MOST_BATCH_BYTES // _longest_row(file, opened, group, columns)))
        for batch in opened.iter_batches(batch_size=size, row_groups=[group], columns=columns, use_threads=False):
            left -= sum(map(_written_bytes, batch.columns))
            if left < 0:
                raise unpacks_too_large()
            yield batch


def _longest_row(file: IO[bytes], opened: pq.ParquetFile, group: int, columns: list[str]) -> int:
    """Return how many bytes a row has at most by what its columns' dictionaries hold, at least 1.

    A text of a megabyte that stands in a dictionary once may be the value of each row: eight thousand rows of some
    bytes in the file are then eight gigabytes. A value that stands in no dictionary takes its room in the file.
    """
    kinds = {column.path: column for column in map(opened.schema.column, range(len(opened.schema)))}
    used = [kinds[name] for name in columns if name in kinds]
    longest: int = 1 + sum(column.length for column in used if column.physical_type == "FIXED_LEN_BYTE_ARRAY")
    texts = [column.path for column in used if column.physical_type == "BYTE_ARRAY"]
    if not texts or not opened.metadata.row_group(group).num_rows:
        return longest
    first = next(_opened(file, texts).iter_batches(batch_size=1, row_groups=[group], columns=texts, use_threads=False))
    for column in first.columns:
        held = column.dictionary if pa.types.is_dictionary(column.type) else column
        longest += int(pc.max(pc.binary_length(held.cast(pa.large_binary()))).as_py() or 0)
    return longest


def _written_bytes(column: pa.Array) -> int:
    """Return how many bytes the values are that a column stands for."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary.cast(pa.large_binary()))
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0)
