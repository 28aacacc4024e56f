"""Row groups of a Parquet file: made by any thread, each a small file of its own in memory, then put behind each other.

So writing takes as many cores as there are, rows needn't be held as Arrow, and a row group whose rows all stay is never
made a second time.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from haihe.data.exchange.encrypted import open_writer
from haihe.data.exchange.footers import MAGIC, moved, rows_of, take_apart, with_groups


def made_group(rows: pa.Table) -> bytes:
    """Return the rows as a Parquet file."""
    sink = pa.BufferOutputStream()
    with open_writer(sink, rows.schema) as writer:
        if rows.num_rows:
            writer.write_table(rows)
    return bytes(sink.getvalue())


def opened_group(made: bytes, columns: list[str] | None = None) -> pa.Table:
    """Return the rows again, or some columns of them."""
    return pq.ParquetFile(pa.BufferReader(made)).read(columns=columns, use_threads=False)


class GroupsFile:
    """A Parquet file put together from row groups of one schema. Use as a context manager."""

    def __init__(self, file: Path, schema: pa.Schema) -> None:
        self._file = file.open("xb")
        self._end = self._file.write(MAGIC)
        self._footer = take_apart(made_group(schema.empty_table())).footer
        self._groups: list[bytes] = []
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _where: TracebackType | None) -> None:
        try:
            if kind is None:
                self._file.write(with_groups(self._footer, self._groups, self.rows))
        finally:
            self._file.close()

    def add(self, made: bytes) -> None:
        """Put a file of `made_group` behind the others. Raises: FooterError."""
        parts = take_apart(made)
        for group in parts.groups:
            self._groups.append(moved(group, self._end - len(MAGIC), len(self._groups)))
            self.rows += rows_of(group)
        self._end += self._file.write(parts.pages)
