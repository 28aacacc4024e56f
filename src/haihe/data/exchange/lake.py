"""Snapshots on disk: Parquet and a manifest, written beside, made durable, renamed into place, never changed again.

`<data_dir>/lake/<resource>/<snapshot>/` holds `data.parquet` (accepted rows; of what is personal only keyed hashes),
`personal.parquet` (the personal columns by `line`), `rejects.parquet` (the other rows whole) and `manifest.json`
(counts, hashes, columns, where it came from). The two in the middle are encrypted with the resource's key
(docs/adr/0020-engine-of-the-exchange.md). Snapshots of format 1 sealed row by row instead; they stay readable.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from haihe.data.exchange.arrays import Flags
from haihe.data.exchange.counts import Counts
from haihe.data.exchange.encrypted import open_writer
from haihe.data.exchange.proved import has_hash
from haihe.data.exchange.rejected import SCHEMA as REJECTED_SCHEMA
from haihe.data.exchange.resource_keys import ResourceKey
from haihe.data.exchange.row_groups import GroupsFile, made_group, opened_group
from haihe.data.exchange.rules import Column, Kind
from haihe.data.exchange.staging import Part, Staging, kept_rows

DATA, PERSONAL, REJECTS, MANIFEST = "data.parquet", "personal.parquet", "rejects.parquet", "manifest.json"
DOUBTS = "doubts.parquet"
"""Beside merged rows: who is in doubt after all the files that they came from, as keyed hashes."""
CHANGES = "changes/"
"""Before the name of a delta's own file, for its key: no two files share one."""
MANIFEST_FORMAT = 2
_SQL_TYPES = {Kind.INTEGER: "BIGINT", Kind.DECIMAL: "DECIMAL(17, 2)", Kind.DATE: "DATE"}


class SnapshotDamaged(Exception):
    """A file of the lake isn't what its manifest says, or the manifest isn't what was published."""


class SnapshotAway(SnapshotDamaged):
    """A file of the lake isn't here, and where it is can't be reached now."""


type Bring = Callable[[Path, str, str], None]
"""Given folder, file and the manifest's SHA-256: see to it that the file is here, if possible. Raises: SnapshotAway."""

_BRINGS: list[Bring] = []


def bring_with(bring: Bring) -> None:
    """Call this from `AppConfig.ready`: files of the lake may be kept elsewhere, and be here for a while only."""
    if bring not in _BRINGS:
        _BRINGS.append(bring)


def _see_to(folder: Path, file: str, manifest_sha256: str) -> None:
    for bring in _BRINGS:
        bring(folder, file, manifest_sha256)


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
    with ExitStack() as stack:
        columns = [staging.columns.field(name) for name in staging.rows.open_names]
        data = stack.enter_context(GroupsFile(target / DATA, pa.schema(columns)))
        own = PERSONAL if staging.operations is None else CHANGES + PERSONAL
        hidden = _hidden_writer(stack, staging, target / PERSONAL, key.file_key(snapshot, own))
        while staging.parts:
            # What is written needn't be held any longer.
            part = staging.parts.pop(0)
            kept = _kept(staging, part)
            if kept is None:
                data.add(staging.rows.group(part.batch))
            elif kept.any():
                data.add(made_group(kept_rows(opened_group(staging.rows.group(part.batch)), kept)))
            hidden(part, kept)
        return data.rows


def _hidden_writer(stack: ExitStack, staging: Staging, file: Path, key: bytes) -> Callable[[Part, Flags | None], None]:
    """Return what writes a part's personal columns, each while the next are opened; nothing where there are none."""
    if not staging.rows.hides:
        return lambda _part, _kept: None
    columns = [staging.columns.field(name) for name in staging.rows.hidden_names]
    writer = stack.enter_context(open_writer(file, pa.schema(columns), key=key))
    beside = stack.enter_context(ThreadPoolExecutor(1))
    writing: list[Future[None]] = []
    stack.callback(lambda: [done.result() for done in writing])

    def write(part: Part, kept: Flags | None) -> None:
        rows = staging.rows.hidden(part.batch)
        rows = rows if kept is None else kept_rows(rows, kept)
        while writing:
            writing.pop().result()
        if rows.num_rows:
            writing.append(beside.submit(writer.write_table, rows))

    return write


def _kept(staging: Staging, part: Part) -> Flags | None:
    """Say which rows of a part stay; None where all do."""
    dropped = staging.dropped_of(part)
    if not len(dropped):
        return None
    lines = opened_group(staging.rows.group(part.batch), ["line"]).column("line").to_numpy()
    kept = ~np.isin(lines, dropped)
    return None if kept.all() else kept


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


def checked_file(folder: Path, file: str, *, manifest_sha256: str, afresh: bool = True) -> Path:
    """Return a file of a snapshot after proving that manifest and file are what was published.

    With `afresh` false a file that this process has proved and that hasn't moved since isn't read whole again.
    Raises: SnapshotDamaged.
    """
    _see_to(folder, file, manifest_sha256)
    try:
        data = (folder / MANIFEST).read_bytes()
        if hashlib.sha256(data).hexdigest() != manifest_sha256:
            raise SnapshotDamaged(f"{folder.name}: the manifest was altered")
        if not has_hash(folder / file, json.loads(data)["files"][file]["sha256"], afresh=afresh):
            raise SnapshotDamaged(f"{folder.name}: {file} was altered")
    except (OSError, KeyError, ValueError) as damage:
        raise SnapshotDamaged(f"{folder.name}: {file} can't be read ({type(damage).__name__})") from damage
    return folder / file


def proved_manifest(folder: Path, manifest_sha256: str) -> dict[str, Any]:
    """Return what a snapshot's manifest says, once it is proved to be what was published. Raises: SnapshotDamaged."""
    _see_to(folder, MANIFEST, manifest_sha256)
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError as damage:
        raise SnapshotDamaged(f"{folder.name}: the manifest can't be read ({type(damage).__name__})") from damage
    if hashlib.sha256(data).hexdigest() != manifest_sha256:
        raise SnapshotDamaged(f"{folder.name}: the manifest was altered")
    document: dict[str, Any] = json.loads(data)
    return document


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
