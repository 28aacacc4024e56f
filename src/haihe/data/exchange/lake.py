"""Snapshots on disk: Parquet and a manifest, written beside, made durable, renamed into place, never changed again.

`<data_dir>/lake/<resource>/<snapshot>/` holds `data.parquet` (accepted rows; of what is personal only keyed hashes),
`personal.parquet` (the personal columns by `line`), `rejects.parquet` (the other rows whole) and `manifest.json`
(counts, hashes, columns, where it came from). The two in the middle are encrypted with the resource's key
(docs/adr/0019-engine-of-the-exchange.md). Snapshots of format 1 sealed row by row instead; they stay readable.
"""

import hashlib
import json
import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from haihe.data.exchange.counts import Counts
from haihe.data.exchange.encrypted import open_writer
from haihe.data.exchange.keyed import SUBJECT, key_field
from haihe.data.exchange.rejected import SCHEMA as REJECTED_SCHEMA
from haihe.data.exchange.resource_keys import ResourceKey
from haihe.data.exchange.rules import Column, Kind, RegisterSchema
from haihe.data.exchange.setwise.deltas import DELETED
from haihe.data.exchange.staging import Staging

DATA, PERSONAL, REJECTS, MANIFEST = "data.parquet", "personal.parquet", "rejects.parquet", "manifest.json"
DOUBTS = "doubts.parquet"
"""Beside merged rows: who is in doubt after all the files that they came from, as keyed hashes."""
CHANGES = "changes/"
"""Before the name of a delta's own file, for its key: no two files share one."""
MANIFEST_FORMAT = 2
_SQL_TYPES = {Kind.INTEGER: "BIGINT", Kind.DECIMAL: "DECIMAL(17, 2)", Kind.DATE: "DATE"}


class SnapshotDamaged(Exception):
    """A file of the lake isn't what its manifest says, or the manifest isn't what was published."""


def folder_name(resource: str) -> str:
    """Return the folder of a resource in lake and indexes."""
    return resource.replace("/", "-")


def write_parquet(staging: Staging, target: Path, *, snapshot: str, key: ResourceKey, counts: Counts) -> None:
    """Write accepted and rejected rows from the staging.

    Raises: SnapshotDamaged if rows went missing on the way.
    """
    accepted = _write_accepted(staging, target, snapshot, key)
    rejected = 0
    with open_writer(target / REJECTS, REJECTED_SCHEMA, key=key.file_key(snapshot, REJECTS)) as writer:
        for batch in staging.rejected.by_line():
            writer.write_batch(batch)
            rejected += batch.num_rows
    if (accepted, rejected) != (counts.rows_accepted, counts.rows_rejected):
        raise SnapshotDamaged(f"counted {counts.rows_accepted}+{counts.rows_rejected}, wrote {accepted}+{rejected}")


def _write_accepted(staging: Staging, target: Path, snapshot: str, key: ResourceKey) -> int:
    schema, written = staging.schema, 0
    with ExitStack() as stack:
        shown = [*open_columns(schema), *([DELETED] if staging.operations is not None else [])]
        writers = [(shown, _writer(stack, staging.columns, target / DATA, shown, None))]
        if schema.sealed_columns:
            hidden = hidden_columns(schema)
            file_key = key.file_key(snapshot, PERSONAL if staging.operations is None else CHANGES + PERSONAL)
            writers.append((hidden, _writer(stack, staging.columns, target / PERSONAL, hidden, file_key)))
        pool = stack.enter_context(ThreadPoolExecutor(len(writers)))
        writing: list[Future[None]] = []
        for rows in staging.accepted():
            # Each file is written by a thread of its own, while the next rows are opened here.
            for done in writing:
                done.result()
            writing = [pool.submit(writer.write_table, rows.select(names)) for names, writer in writers]
            written += rows.num_rows
        for done in writing:
            done.result()
    return written


def _writer(stack: ExitStack, columns: pa.Schema, file: Path, names: list[str], key: bytes | None) -> pq.ParquetWriter:
    schema = pa.schema([columns.field(name) for name in names])
    repeating = [each.name for each in schema if pa.types.is_dictionary(each.type) or pa.types.is_date(each.type)]
    return stack.enter_context(open_writer(file, schema, key=key, dictionaries=repeating))


def open_columns(schema: RegisterSchema) -> list[str]:
    """Return the columns that stand open in `data.parquet`: keyed hashes, and whatever isn't personal."""
    subject = [SUBJECT] if schema.subject else []
    keyed = [key_field(column.field) for column in schema.keyed_columns]
    return ["line", *subject, *keyed, *(column.field for column in schema.plain_columns)]


def hidden_columns(schema: RegisterSchema) -> list[str]:
    """Return the columns of `personal.parquet`."""
    return ["line", *(column.field for column in schema.sealed_columns)]


def sql_type(column: Column) -> str:
    """Return how a plain column is stored; identifiers, divisions and codes stay text."""
    return _SQL_TYPES.get(column.kind, "VARCHAR")


def write_manifest(folder: Path, contents: dict[str, Any]) -> str:
    """Write the manifest over the folder's files, make all of it durable and read-only, and return its SHA-256."""
    files = {
        file.name: {"sha256": sha256_of(file), "size_bytes": file.stat().st_size}
        for file in sorted(folder.iterdir())
        if file.suffix == ".parquet"
    }
    document = {"format": MANIFEST_FORMAT, **contents, "files": files}
    data = (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    (folder / MANIFEST).write_bytes(data)
    for file in folder.iterdir():
        file.chmod(0o400)
        _sync(file)
    _sync(folder)
    return hashlib.sha256(data).hexdigest()


def put_in_place(written: Path, place: Path) -> None:
    """Rename a finished folder to its place, durably; what a crashed run left at the place is replaced."""
    if place.exists():
        remove(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    written.rename(place)
    _sync(place.parent)


def checked_file(folder: Path, file: str, *, manifest_sha256: str) -> Path:
    """Return a file of a snapshot after proving that manifest and file are what was published.

    Raises: SnapshotDamaged.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
        if hashlib.sha256(data).hexdigest() != manifest_sha256:
            raise SnapshotDamaged(f"{folder.name}: the manifest was altered")
        if sha256_of(folder / file) != json.loads(data)["files"][file]["sha256"]:
            raise SnapshotDamaged(f"{folder.name}: {file} was altered")
    except (OSError, KeyError, ValueError) as damage:
        raise SnapshotDamaged(f"{folder.name}: {file} can't be read ({type(damage).__name__})") from damage
    return folder / file


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return what a snapshot's manifest says. Prove one of its files first: that proves the manifest too."""
    document: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    return document


def sha256_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def remove(folder: Path) -> None:
    """Remove a folder of the lake or the indexes, read-only files included; a missing one is fine."""
    shutil.rmtree(folder, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
