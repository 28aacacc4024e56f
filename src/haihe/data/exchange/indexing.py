"""The gateway's index of one snapshot: LMDB, one entry per person, written in key order beside the running one.

Who is in doubt: everybody whose identity number could be read in a refused row. That wins over an accepted row of the
same person, because then the file says two things about one person and one of them is damaged. An entry in doubt
carries no fields: there is nothing the gateway may say from it.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import lmdb
import pyarrow as pa

from haihe.data.exchange.changes import write_changes
from haihe.data.exchange.encrypted import only_columns, open_reader
from haihe.data.exchange.engine import duck, name, text
from haihe.data.exchange.packing import Packer
from haihe.data.exchange.rules import Column, Kind, Personal, RegisterSchema
from haihe.kernel.subject_index import META_KEY, IndexMeta, encode_meta

_AT_A_TIME = 100_000
_MEMORY = "768MB"
_ROOM_PER_ENTRY_BYTES = 2048
_LEAST_ROOM_BYTES = 16 * 1024 * 1024
_ENTRIES = """
WITH doubted AS (SELECT DISTINCT subject FROM {doubts})
SELECT coalesce(a.subject, d.subject) AS subject, d.subject IS NOT NULL AS in_doubt, {name_key}{fields}
FROM read_parquet({data}) a FULL JOIN doubted d ON a.subject = d.subject
ORDER BY 1
"""
_OF_REJECTS = "(SELECT unnest(subjects) AS subject FROM refused)"


@dataclass(frozen=True, slots=True)
class SnapshotFiles:
    """The Parquet files of one snapshot, the key of the rejects', and how many rows both have together at most.

    `doubts` says who is in doubt where rows came from several files; else the rejects do.
    """

    data: Path
    rejects: Path
    rejects_key: bytes
    rows: int
    doubts: Path | None = None


@dataclass(frozen=True, slots=True)
class IndexSize:
    entries: int
    in_doubt: int


def build_index(
    files: SnapshotFiles,
    *,
    schema: RegisterSchema,
    snapshot: str,
    as_of: datetime,
    target: Path,
    previous: Path | None = None,
) -> IndexSize:
    """Write the index of a snapshot into the new folder `target`; it is durable when this returns.

    Beside it lies what changed since the index in the folder `previous`, the running one.
    """
    target.mkdir(parents=True)
    indexed = [column for column in schema.plain_columns if column.indexed]
    fields = tuple(column.field for column in indexed)
    with (
        duck(target.parent, memory=_MEMORY) as connection,
        open_reader(files.rejects, key=files.rejects_key) as refused,
    ):
        connection.register("refused", only_columns(refused, ["subjects"]))
        entries = _Entries(connection.sql(_query(files, schema, indexed)).to_arrow_reader(_AT_A_TIME), fields)
        # The file grows only as far as it is filled: room costs nothing, running out of it would.
        room = _LEAST_ROOM_BYTES + files.rows * _ROOM_PER_ENTRY_BYTES
        with lmdb.open(str(target), map_size=room, sync=False, mode=0o600) as environment:
            # What a transaction writes lies in memory until its end; nobody sees the file before it is whole anyway.
            for batch in ahead(entries):
                with environment.begin(write=True) as transaction, transaction.cursor() as cursor:
                    cursor.putmulti(batch, append=True)
            size = IndexSize(entries.written, entries.in_doubt)
            meta = IndexMeta(resource=schema.resource, snapshot=snapshot, as_of=as_of, rows=size.entries, fields=fields)
            with environment.begin(write=True) as transaction:
                transaction.put(META_KEY, encode_meta(meta))
            environment.sync(True)
    (target / "data.mdb").chmod(0o400)
    write_changes(target, meta=meta, previous=previous)
    return size


class _Entries:
    """Keys and values of persons in key order, many at once, counted as they pass."""

    def __init__(self, found: pa.RecordBatchReader, fields: tuple[str, ...]) -> None:
        self._found = found
        self._packer = Packer(fields)
        self.written = 0
        self.in_doubt = 0

    def __iter__(self) -> Iterator[list[tuple[bytes, bytes]]]:
        for batch in self._found:
            subjects, in_doubt, names, *values = batch.columns
            entries = self._packer.pack(names if pa.types.is_binary(names.type) else None, values, in_doubt)
            self.written += batch.num_rows
            self.in_doubt += in_doubt.true_count
            yield list(zip(subjects.to_pylist(), entries.to_pylist(), strict=True))


def ahead[Item](items: Iterable[Item]) -> Iterator[Item]:
    """Yield items, each made by another thread while the one before is used."""
    source = iter(items)
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, source, None)
        while (item := coming.result()) is not None:
            coming = beside.submit(next, source, None)
            yield item


def _query(files: SnapshotFiles, schema: RegisterSchema, indexed: list[Column]) -> str:
    names = [f"a.{name(c.field + '_key')}" for c in schema.keyed_columns if c.personal is Personal.NAME]
    fields = [f"a.{name(c.field)}" if c.kind is Kind.INTEGER else f"a.{name(c.field)}::VARCHAR" for c in indexed]
    return _ENTRIES.format(
        data=text(files.data),
        doubts=f"read_parquet({text(files.doubts)})" if files.doubts else _OF_REJECTS,
        # Where a register holds several names, the first is the subject's.
        name_key=names[0] if names else "NULL",
        fields="".join(f", {field}" for field in fields),
    )
