"""Write a version's files: beside their place, synced, then renamed into it, read-only from then on.

Row ids stay what they were for a row with the same key (without a key: with the same values), so that a page that was
read yesterday goes on where it stopped; new rows get the next numbers. What changed is counted on the way.
"""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from haihe.data.open import insight
from haihe.data.open.columns import OpenColumn, quoted
from haihe.data.open.masking import Mask
from haihe.data.open.places import ROWS, SEEN
from haihe.data.open.store import Column, Manifest, build
from haihe.data.open.store.manifest import sync

_IN_RANGES: Final = ("decimal", "longitude", "latitude")
_GROUP_ROWS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a version's manifest says of it besides its columns and files."""

    dataset: str
    code: str
    version: int
    snapshot: str
    as_of: str
    key: tuple[str, ...]
    masked: tuple[Mask, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it lies on disk. Counts against the version before; None where there was none."""

    rows: int
    size_bytes: int
    sha256: str
    added: int | None
    removed: int | None
    changed: int | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """Rows with their `_id`, and how they differ from the version before."""

    table: pa.Table
    added: int | None = None
    removed: int | None = None
    changed: int | None = None


def store(folder: Path, rows: pa.Table, *, columns: Sequence[OpenColumn], told: Told, before: Path | None) -> Stored:
    """Write the version to `folder`, which must not be there; return what was written."""
    numbered = number(rows, key=told.key, before=before)
    beside = _beside(folder)
    try:
        manifest, size = _write(beside, numbered.table, columns, told)
        _settle(beside, folder)
    except BaseException:
        # A full disk is left with no more on it than before.
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return Stored(manifest.rows, size, manifest.sha256[ROWS], numbered.added, numbered.removed, numbered.changed)


def _write(folder: Path, rows: pa.Table, columns: Sequence[OpenColumn], told: Told) -> tuple[Manifest, int]:
    """Return the manifest, and how many bytes there are."""
    pq.write_table(rows, folder / ROWS, compression="zstd", row_group_size=_GROUP_ROWS)
    origin = {name: value for name, value in asdict(told).items() if name != "key"}
    manifest = build(folder, [_served(column) for column in columns], key=told.key, origin=origin)
    (folder / SEEN).write_bytes(insight.encoded(insight.look(folder / ROWS, columns)))
    return manifest, sum(file.stat().st_size for file in folder.iterdir())


def number(rows: pa.Table, *, key: Sequence[str], before: Path | None) -> Numbered:
    """Give each row its id, ids of the version before first."""
    if before is None:
        ids = pa.array(range(1, rows.num_rows + 1), pa.int64())
        return Numbered(rows.add_column(0, "_id", ids))
    known = pq.read_schema(before).names[1:]
    names = list(rows.schema.names)
    key = [name for name in key if name in names and name in known] if set(key) <= set(names) & set(known) else []
    with duckdb.connect(":memory:") as connection:
        connection.register("given", rows)
        return _compared(connection, before, names, [name for name in names if name in known], key)


def _compared(
    connection: duckdb.DuckDBPyConnection, before: Path, names: list[str], shared: list[str], key: list[str]
) -> Numbered:
    # Column names are the catalogue's, quoted; values never stand in these statements.
    same = key or shared
    by = ", ".join(map(quoted, same)) or "1"
    match = " AND ".join(f"f.{quoted(name)} IS NOT DISTINCT FROM p.{quoted(name)}" for name in same) or "true"
    differ = " OR ".join(f"f.{quoted(name)} IS DISTINCT FROM p.{quoted(name)}" for name in shared) or "false"
    connection.execute(
        f"CREATE TABLE p AS SELECT *, row_number() OVER (PARTITION BY {by} ORDER BY _id) AS _n "  # noqa: S608 - quoted columns
        "FROM read_parquet(?)",
        [str(before)],
    )
    connection.execute("CREATE TABLE g AS SELECT *, row_number() OVER () AS _line FROM given")
    connection.execute(f"CREATE TABLE f AS SELECT *, row_number() OVER (PARTITION BY {by} ORDER BY _line) AS _n FROM g")  # noqa: S608 - quoted columns
    joined = f"f LEFT JOIN p ON f._n = p._n AND {match}"
    columns = ", ".join(f"f.{quoted(name)}" for name in names)
    table = connection.sql(
        f"SELECT coalesce(p._id, (SELECT coalesce(max(_id), 0) FROM p) + "  # noqa: S608 - quoted columns
        f"row_number() OVER (PARTITION BY p._id IS NULL ORDER BY f._line)) AS _id, {columns} FROM {joined} ORDER BY 1"
    ).to_arrow_table()
    counts = connection.execute(
        f"SELECT count(*) FILTER (p._id IS NULL), count(*) FILTER (p._id IS NOT NULL), "  # noqa: S608 - quoted columns
        f"count(*) FILTER (p._id IS NOT NULL AND ({differ})), (SELECT count(*) FROM p) FROM {joined}"
    ).fetchone()
    added, stayed, changed, old = counts or (0, 0, 0, 0)
    return Numbered(table, added, old - stayed, changed)


def _served(column: OpenColumn) -> Column:
    """Return the column as the store keeps it. Places and amounts are looked for in ranges, not by an index each."""
    is_indexed = column.filterable and column.kind not in _IN_RANGES
    return Column(column.name, column.title, column.title_en, column.kind, filterable=is_indexed)


def _beside(folder: Path) -> Path:
    """Make the place where a version is written, for this program's user alone; what was left by one that died goes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(left)
    beside = folder.with_name(f".{folder.name}.new")
    beside.mkdir(mode=0o700)
    return beside


def _settle(beside: Path, folder: Path) -> None:
    for file in beside.iterdir():
        sync(file)
        file.chmod(0o444)
    sync(beside)
    beside.rename(folder)
    sync(folder.parent)
