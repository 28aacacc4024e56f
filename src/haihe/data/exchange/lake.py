"""Snapshots on disk: Parquet and a manifest, written beside, made durable, renamed into place, never changed again.

`<data_dir>/lake/<resource>/<snapshot>/` holds `data.parquet` (accepted rows), `rejects.parquet` (the others, raw lines
sealed) and `manifest.json` (counts, hashes, columns, where it came from). Identity numbers and names are in it only as
keyed hashes and as one sealed value per row (docs/adr/0007-snapshots-and-personal-columns.md).
"""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from haihe.data.exchange.engine import csv_rows, duck, name, text
from haihe.data.exchange.repeats import staged
from haihe.data.exchange.rules import Column, Kind, RegisterSchema
from haihe.data.exchange.staging import ACCEPTED, DOUBTED, REJECTED, Counts

DATA, REJECTS, MANIFEST = "data.parquet", "rejects.parquet", "manifest.json"
MANIFEST_FORMAT = 1
_SQL_TYPES = {Kind.INTEGER: "BIGINT", Kind.DECIMAL: "DECIMAL(17, 2)", Kind.DATE: "DATE"}
_REJECTED_COLUMNS = {"line": "BIGINT", "code": "VARCHAR", "problems": "VARCHAR", "source": "VARCHAR"}
_DOUBTED_COLUMNS = {"line": "BIGINT", "subject": "VARCHAR"}
_PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)"


class SnapshotDamaged(Exception):
    """A file of the lake isn't what its manifest says, or the manifest isn't what was published."""


def folder_name(resource: str) -> str:
    """Return the folder of a resource in lake and indexes."""
    return resource.replace("/", "-")


def write_parquet(work: Path, target: Path, schema: RegisterSchema, counts: Counts) -> None:
    """Write accepted and rejected rows from the staging files in `work`.

    Raises: SnapshotDamaged if rows went missing on the way.
    """
    with duck(work) as connection:
        connection.execute(f"CREATE VIEW staged AS {staged(work / ACCEPTED, schema)}")
        connection.execute(f"CREATE VIEW rejected AS {csv_rows(work / REJECTED, _REJECTED_COLUMNS)}")
        connection.execute(f"CREATE VIEW doubted AS {csv_rows(work / DOUBTED, _DOUBTED_COLUMNS)}")
        accepted = _copy(connection.execute, _ACCEPTED.format(columns=_columns(schema)), target / DATA)
        rejected = _copy(connection.execute, _REJECTED, target / REJECTS)
    if (accepted, rejected) != (counts.rows_accepted, counts.rows_rejected):
        raise SnapshotDamaged(f"counted {counts.rows_accepted}+{counts.rows_rejected}, wrote {accepted}+{rejected}")


_ACCEPTED = "SELECT {columns} FROM staged WHERE line NOT IN (SELECT line FROM rejected)"
_REJECTED = """
SELECT r.line, r.code, r.problems, from_base64(r.source) AS sealed_source, coalesce(d.subjects, []) AS subjects
FROM rejected r
LEFT JOIN (SELECT line, list(DISTINCT unhex(subject)) AS subjects FROM doubted GROUP BY line) d USING (line)
"""


def _copy(execute: Any, select: str, file: Path) -> int:
    found = execute(f"COPY ({select}) TO {text(file)} {_PARQUET}").fetchone()
    return int(found[0])


def _columns(schema: RegisterSchema) -> str:
    chosen = ["line"]
    if schema.subject:
        chosen.append("unhex(row_key) AS subject")
    if schema.sealed_columns:
        chosen.append("from_base64(sealed) AS sealed")
    chosen += [f"unhex({name(c.field + '_key')}) AS {name(c.field + '_key')}" for c in schema.keyed_columns]
    chosen += [f"CAST({name(c.field)} AS {sql_type(c)}) AS {name(c.field)}" for c in schema.plain_columns]
    return ", ".join(chosen)


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
