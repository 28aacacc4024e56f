"""Make the files of a version beside its rows.parquet: one for pages (SQLite), one for figures (DuckDB).

Why two: docs/adr/0037-open-data-store.md. Both hold the same rows under the same ids; columns go by their place.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from haihe.data.open.store.columns import ROW_ID, Column, ColumnsTrouble, check_columns
from haihe.data.open.store.engine import quoted, settings
from haihe.data.open.store.folding import BETWEEN_CELLS, folded
from haihe.data.open.store.manifest import (
    FIGURES,
    FORMAT,
    PAGES,
    ROWS,
    Manifest,
    sha256_of,
    sync,
    write_manifest,
)
from haihe.data.open.store.sql import AT_ANY_TIME, column_name
from haihe.data.open.store.told import PLACES, TOLD, ToldWriter
from haihe.data.open.store.words import BLOCK_ROWS, WORDS, WordsWriter, is_worth_it

_BATCH = 20_000
_QUICKLY = (
    "journal_mode = OFF",
    "synchronous = OFF",
    "locking_mode = EXCLUSIVE",
    "cache_size = -262144",
    "threads = 2",
)
_FOLDED = pa.field("folded", pa.string())
_MOST_REPEATING = 5_000
"""Texts with no more different values are kept by number: to group by them is then to count small whole numbers."""
_DUCK = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "longitude": "DOUBLE",
    "latitude": "DOUBLE",
    "date": "DATE",
    "datetime": "TIMESTAMP_S",
    "boolean": "BOOLEAN",
}
_LITE = {"text": "TEXT", "date": "TEXT", "datetime": "TEXT", "integer": "INT", "boolean": "INT"}


class BuildTrouble(ValueError):
    """The rows can't be served as they are."""


def build(
    folder: Path,
    columns: Sequence[Column],
    *,
    key: tuple[str, ...] = (),
    origin: Mapping[str, Any] | None = None,
    block_rows: int = BLOCK_ROWS,
) -> Manifest:
    """Make the files for the folder's rows.parquet, and last of all its manifest.

    The rows have the named columns and `_id`, a whole number that no two share; no text holds NUL.
    Half-made files of before are replaced.
    `block_rows` is how finely full text is indexed.
    Raises: ColumnsTrouble; BuildTrouble where the rows don't fit the columns.
    """
    check_columns(columns)
    for name in (PAGES, FIGURES, TOLD, PLACES, WORDS):
        (folder / name).unlink(missing_ok=True)
    try:
        with duckdb.connect(str(folder / FIGURES), config=settings(folder / "spill")) as duck:
            rows = _figures(duck, folder / ROWS, columns)
            _pages(duck, folder, columns)
            names = [ROWS, PAGES, FIGURES, TOLD, PLACES]
            if is_worth_it(rows, block_rows) and any(column.kind == "text" for column in columns):
                _words(duck, folder / WORDS, block_rows)
                names.append(WORDS)
    except (duckdb.Error, sqlite3.Error) as trouble:
        raise BuildTrouble(str(trouble)) from trouble
    finally:
        shutil.rmtree(folder / "spill", ignore_errors=True)
    for name in names:
        (folder / name).chmod(0o444)
        sync(folder / name)
    sums = {name: sha256_of(folder / name) for name in names}
    manifest = Manifest(FORMAT, rows, tuple(columns), sums, key, origin or {})
    write_manifest(folder, manifest)
    return manifest


def _figures(duck: duckdb.DuckDBPyConnection, rows: Path, columns: Sequence[Column]) -> int:
    """Make the table of the figures and return how many rows it has."""
    source = f"read_parquet({quoted(str(rows))})"
    _check_names(duck, source, columns)
    kinds = [_kind(duck, source, place, column) for place, column in enumerate(columns)]
    duck.register("incoming", _incoming(rows, columns))
    read = ", ".join(
        f"{_read(column_name(place), column)}::{kind} AS {column_name(place)}"
        for place, (column, kind) in enumerate(zip(columns, kinds, strict=True))
    )
    duck.execute(f"CREATE TABLE rows AS SELECT id::BIGINT AS id, {read}, folded FROM incoming ORDER BY 1")
    duck.unregister("incoming")
    count, different = _one(duck, "SELECT count(*), count(DISTINCT id) FROM rows")
    if different < count:
        raise BuildTrouble("some rows have the same _id, or none")
    duck.execute("CHECKPOINT")
    return int(count)


def _check_names(duck: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column]) -> None:
    there = {row[0] for row in duck.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    for name in (ROW_ID, *(column.name for column in columns)):
        if name not in there:
            raise ColumnsTrouble(f"the rows have no column {name!r}")


def _kind(duck: duckdb.DuckDBPyConnection, source: str, place: int, column: Column) -> str:
    """Return the type in which the column is kept."""
    if column.kind != "text":
        return _DUCK[column.kind]
    name = _name(column.name)
    rows, different = _one(duck, f"SELECT count({name}), approx_count_distinct({name}) FROM {source}")
    if not different or different > min(_MOST_REPEATING, rows // 4):
        return _DUCK["text"]
    kind = f"values_{column_name(place)}"
    # In the order of their texts, so that numbers compare as texts do.
    duck.execute(
        f"CREATE TYPE {kind} AS ENUM "
        f"(SELECT DISTINCT {name}::VARCHAR FROM {source} WHERE {name} IS NOT NULL ORDER BY 1)"
    )
    return kind


def _incoming(rows: Path, columns: Sequence[Column]) -> pa.RecordBatchReader:
    """Return the rows as they stand in the file, with their texts folded for search."""
    file = pq.ParquetFile(rows)
    names = [ROW_ID, *(column.name for column in columns)]
    texts = [place + 1 for place, column in enumerate(columns) if column.kind == "text"]
    fields = [file.schema_arrow.field(name) for name in names]
    called = ["id", *(column_name(place) for place in range(len(columns)))]
    schema = pa.schema([*(field.with_name(name) for field, name in zip(fields, called, strict=True)), _FOLDED])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in file.iter_batches(_BATCH, columns=names):
            arrays = [batch.column(name) for name in names]
            cells = [_folded_cells(arrays[place].to_pylist()) for place in texts]
            folds = [BETWEEN_CELLS.join(row) for row in zip(*cells, strict=True)]
            yield pa.record_batch([*arrays, pa.array(folds or [""] * len(batch), pa.string())], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _folded_cells(cells: list[str | None]) -> list[str]:
    """Fold each text once, however often it is there."""
    known = {cell: folded(cell) if cell else "" for cell in set(cells)}
    return [known[cell] for cell in cells]


def _read(name: str, column: Column) -> str:
    match column.kind:
        case "decimal" | "longitude" | "latitude":
            return f"(CASE WHEN isfinite({name}::DOUBLE) THEN {name}::DOUBLE END)"
        case "datetime":
            return f"date_trunc('second', {name}::TIMESTAMP)"
    return name


def _pages(duck: duckdb.DuckDBPyConnection, folder: Path, columns: Sequence[Column]) -> None:
    lite = sqlite3.connect(folder / PAGES, isolation_level=None)
    with closing(lite), ToldWriter(folder, columns) as told:
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
            "cache_size = -262144",
            "threads = 2",
        ):
            lite.execute(f"PRAGMA {pragma}")
        names = [column_name(place) for place in range(len(columns))]
        kept = ", ".join(
            f"{name} {_LITE.get(column.kind, 'REAL')}" for name, column in zip(names, columns, strict=True)
        )
        lite.execute(f"CREATE TABLE rows (id INTEGER PRIMARY KEY, {kept})")
        marks = ", ".join("?" for _ in range(len(columns) + 1))
        lite.execute("BEGIN")
        for batch in _batches(duck, columns):
            lite.executemany(f"INSERT INTO rows VALUES ({marks})", batch)
            told.add(batch)
        told.finish()
        lite.execute("COMMIT")
        for name, column in zip(names, columns, strict=True):
            if column.filterable:
                lite.execute(f"CREATE INDEX by_{name} ON rows ({name})")
        lite.execute("ANALYZE")


def _words(duck: duckdb.DuckDBPyConnection, file: Path, block_rows: int) -> None:
    with WordsWriter(file, block_rows) as words:
        cursor = duck.execute("SELECT folded FROM rows ORDER BY id")
        while batch := cursor.fetchmany(_BATCH // block_rows * block_rows):
            words.add([row[0] for row in batch])
        words.finish()


def _batches(duck: duckdb.DuckDBPyConnection, columns: Sequence[Column]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows as SQLite keeps them."""
    read = ", ".join(_as_lite(column)(column_name(place)) for place, column in enumerate(columns))
    cursor = duck.execute(f"SELECT id, {read} FROM rows ORDER BY id")
    while batch := cursor.fetchmany(_BATCH):
        yield batch


def _as_lite(column: Column) -> Callable[[str], str]:
    match column.kind:
        case "text" | "date":
            return "{}::VARCHAR".format
        case "datetime":
            return f"strftime({AT_ANY_TIME}, '%Y-%m-%dT%H:%M:%S')".format
        case "boolean":
            return "{}::INT".format
    return "{}".format


def _one(duck: duckdb.DuckDBPyConnection, statement: str) -> tuple[Any, ...]:
    (row,) = duck.execute(statement).fetchall()
    return row


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
