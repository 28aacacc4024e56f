"""A delta merged over its base into a new snapshot, whole: the base streams by, and only keys are held in memory.

The rows of the base that a key of the delta meets are left out, the delta's last row of each key comes after those that
stay. Rows keep their line; those of the delta are numbered on from the base's last. Whoever was in doubt stays so until
the delta says something readable of them; whoever the delta spoke of last in a row that was refused comes to be.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from os import link
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from haihe.data.exchange.encrypted import only_columns, open_reader, open_writer
from haihe.data.exchange.engine import duck, name, text
from haihe.data.exchange.keyed import SUBJECT, hidden_columns, key_field, open_columns
from haihe.data.exchange.lake import CHANGES, DATA, DOUBTS, PERSONAL, REJECTS
from haihe.data.exchange.resource_keys import ResourceKey
from haihe.data.exchange.rules import Column, Personal, RegisterSchema
from haihe.data.exchange.setwise.deltas import DELETED
from haihe.kernel.keyring import SUBJECT_KEY_BYTES

CHUNK_ROWS = 100_000
_MEMORY = "512MB"
_LAST = """
CREATE TABLE last AS
SELECT {key}, max(line) AS line, arg_max({deleted}, line) AS deleted FROM read_parquet({changes}) GROUP BY {key}
"""
_MET = "CREATE TABLE met AS SELECT b.line, l.deleted FROM read_parquet({base}) b JOIN last l USING ({key})"
_COUNTS = """
SELECT (SELECT count(*) FROM read_parquet({base})), (SELECT coalesce(max(line), 0) FROM read_parquet({base})),
    (SELECT count(*) FROM read_parquet({changes})), (SELECT count(*) FROM last),
    (SELECT count(*) FROM last WHERE deleted), (SELECT count(*) FROM met WHERE NOT deleted),
    (SELECT count(*) FROM met WHERE deleted)
"""
_STANDING = "CREATE TABLE standing AS SELECT DISTINCT unnest(subjects) AS subject FROM refused_before"
_IN_DOUBT = """
WITH told AS (SELECT subject, max(line) AS line FROM (SELECT unnest(subjects) AS subject, line FROM refused) GROUP BY 1)
SELECT subject FROM standing ANTI JOIN last USING (subject)
UNION
SELECT t.subject FROM told t LEFT JOIN last l USING (subject) WHERE l.line IS NULL OR t.line > l.line
"""

type _Job = tuple[str, list[str], bytes | None, bytes | None, bytes | None]
type _Lines = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Base:
    """The snapshot that a delta is merged over: its folder, its files proved, and the key they are under."""

    snapshot: str
    folder: Path
    key: ResourceKey
    has_doubts: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """The checked rows of a delta."""

    folder: Path
    snapshot: str
    key: ResourceKey


@dataclass(frozen=True, slots=True)
class Merged:
    """The account of a merge: before = replaced + deleted + unchanged, after = new + replaced + unchanged.

    The delta's accepted rows = new + replaced + deleted + unknown (deletes of what wasn't there) + overtaken (by a
    later row of the same key). Lines of the snapshot beyond `last_line` are the delta's own, numbered on from it.
    """

    base: str
    before: int
    new: int
    replaced: int
    deleted: int
    unchanged: int
    after: int
    unknown: int
    overtaken: int
    in_doubt: int
    last_line: int = 0


def merge(
    base: Base,
    changes: Changes,
    *,
    schema: RegisterSchema,
    target: Path,
    work: Path,
    chunk_rows: int = CHUNK_ROWS,
) -> Merged:
    """Write the merged snapshot's Parquet files into the folder `target`; the engine may spill below `work`."""
    key = [stored_key(column) for column in schema.key_columns]
    with duck(work, memory=_MEMORY) as connection:
        files = {
            "base": text(base.folder / DATA),
            "changes": text(changes.folder / DATA),
            "key": ", ".join(map(name, key)),
            "deleted": name(DELETED),
        }
        connection.execute(_LAST.format_map(files))
        connection.execute(_MET.format_map(files))
        counts = connection.execute(_COUNTS.format_map(files)).fetchone() or ()
        left_out = _lines(connection, "SELECT line FROM met ORDER BY line")
        put_in = _lines(connection, "SELECT line FROM last WHERE NOT deleted ORDER BY line")
        in_doubt = _write_doubts(connection, base, changes, target) if schema.subject else 0
    before, last_line, rows, keys, deletes, replaced, deleted = counts
    rows_of = _Rows(left_out, put_in, last_line, chunk_rows)
    _write_rows(base, changes, schema, target, rows_of)
    link(changes.folder / REJECTS, target / REJECTS)
    new = keys - deletes - replaced
    unchanged = before - replaced - deleted
    return Merged(
        base=base.snapshot,
        before=before,
        new=new,
        replaced=replaced,
        deleted=deleted,
        unchanged=unchanged,
        after=unchanged + replaced + new,
        unknown=deletes - deleted,
        overtaken=rows - keys,
        in_doubt=in_doubt,
        last_line=last_line,
    )


def stored_key(column: Column) -> str:
    """Return the column of `data.parquet` that stands for one of the key."""
    match column.personal:
        case Personal.NONE:
            return column.field
        case Personal.SUBJECT:
            return SUBJECT
        case _:
            return key_field(column.field)


def _lines(connection: duckdb.DuckDBPyConnection, query: str) -> _Lines:
    return np.asarray(connection.execute(query).fetchnumpy()["line"], np.int64)


def _write_doubts(connection: duckdb.DuckDBPyConnection, base: Base, changes: Changes, target: Path) -> int:
    """Write down who is in doubt now; return how many."""
    subjects = pa.schema([(SUBJECT, pa.binary(SUBJECT_KEY_BYTES))])
    with ExitStack() as stack:
        refused = _rejects(stack, changes.folder, changes.key, changes.snapshot)
        connection.register("refused", only_columns(refused, ["line", "subjects"]))
        if base.has_doubts:
            connection.execute(f"CREATE VIEW standing AS FROM read_parquet({text(base.folder / DOUBTS)})")
        else:
            before = only_columns(_rejects(stack, base.folder, base.key, base.snapshot), ["subjects"])
            connection.register("refused_before", before)
            connection.execute(
                "CREATE TABLE standing AS SELECT DISTINCT unnest(subjects) AS subject FROM refused_before"
            )
        rows = 0
        with open_writer(target / DOUBTS, subjects) as writer:
            for batch in connection.sql(_IN_DOUBT).to_arrow_reader(CHUNK_ROWS):
                writer.write_table(pa.Table.from_batches([batch]).cast(subjects))
                rows += batch.num_rows
    return rows


def _rejects(stack: ExitStack, folder: Path, key: ResourceKey, snapshot: str) -> pq.ParquetFile:
    return stack.enter_context(open_reader(folder / REJECTS, key=key.file_key(snapshot, REJECTS)))


def _write_rows(base: Base, changes: Changes, schema: RegisterSchema, target: Path, rows: "_Rows") -> None:
    """Write both files at once, each in a thread of its own: the same rows in the same order."""
    jobs: list[_Job] = [(DATA, open_columns(schema), None, None, None)]
    if schema.sealed_columns:
        own = changes.key.file_key(changes.snapshot, CHANGES + PERSONAL)
        keys = (base.key.file_key(base.snapshot, PERSONAL), own, changes.key.file_key(changes.snapshot, PERSONAL))
        jobs.append((PERSONAL, hidden_columns(schema), *keys))

    def write(file: str, columns: list[str], base_key: bytes | None, own_key: bytes | None, key: bytes | None) -> None:
        with (
            open_reader(base.folder / file, key=base_key) as before,
            open_reader(changes.folder / file, key=own_key) as said,
        ):
            arrow = pa.schema([before.schema_arrow.field(column) for column in columns])
            with open_writer(target / file, arrow, key=key, dictionaries=_repeating(before, columns)) as writer:
                for table in rows.chunks(before, said, arrow):
                    writer.write_table(table)

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(write, *job) for job in jobs]:
            done.result()


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which rows of base and delta the snapshot has: lines in order, of those left out and of those put in."""

    left_out: _Lines
    put_in: _Lines
    last_line: int
    chunk_rows: int

    def chunks(self, before: pq.ParquetFile, said: pq.ParquetFile, schema: pa.Schema) -> Iterator[pa.Table]:
        """Yield the rows in chunks of one size, so that no file falls into ever smaller pieces, delta by delta."""
        stay = (self._staying(batch) for batch in before.iter_batches(self.chunk_rows, columns=schema.names))
        come = (self._coming(batch) for batch in said.iter_batches(self.chunk_rows, columns=schema.names))
        waiting = schema.empty_table()
        for batch in chain(stay, come):
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch]).select(schema.names).cast(schema)])
            while waiting.num_rows >= self.chunk_rows:
                yield waiting.slice(0, self.chunk_rows)
                waiting = waiting.slice(self.chunk_rows)
        yield waiting

    def _staying(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        met = _among(batch, self.left_out)
        return batch.filter(pa.array(~met)) if met.any() else batch

    def _coming(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        kept = batch.filter(pa.array(_among(batch, self.put_in)))
        numbered = pc.add(kept.column("line"), self.last_line)
        return kept.set_column(kept.schema.get_field_index("line"), "line", numbered)


def _among(batch: pa.RecordBatch, lines: _Lines) -> npt.NDArray[np.bool_]:
    """Say which of a batch's rows have one of the lines, which are in order."""
    own = batch.column("line").to_numpy()
    if not len(lines):
        return np.zeros(len(own), np.bool_)
    places = np.minimum(np.searchsorted(lines, own), len(lines) - 1)
    return np.asarray(lines[places] == own)


def _repeating(file: pq.ParquetFile, columns: Sequence[str]) -> list[str]:
    """Return the columns that the base holds as dictionaries; where it has no rows it doesn't matter."""
    if not file.metadata.num_row_groups:
        return []
    group = file.metadata.row_group(0)
    held = (group.column(place) for place in range(group.num_columns))
    found = {column.path_in_schema for column in held if "RLE_DICTIONARY" in column.encodings}
    return [column for column in columns if column in found]
