"""What a version consists of: its columns, its count, and the fingerprint of each file."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from haihe.data.open.store.columns import Column
from haihe.data.open.store.trouble import StoreDamaged

MANIFEST = "store.json"
ROWS = "rows.parquet"
PAGES = "pages.sqlite"
FIGURES = "figures.duckdb"
FORMAT = 1


class Manifest(msgspec.Struct, frozen=True):
    """`origin` is what the opener tells of it: the snapshot, what was masked and why. A row is known by its `key`."""

    format: int
    rows: int
    columns: tuple[Column, ...]
    sha256: dict[str, str]
    key: tuple[str, ...] = ()
    origin: Mapping[str, Any] = {}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it down durably, last of all: a folder without one is no version."""
    file = folder / MANIFEST
    file.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    for path in (file, folder):
        sync(path)


def read_manifest(folder: Path) -> Manifest:
    """Raises: StoreDamaged."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as trouble:
        raise StoreDamaged(f"{folder}: {trouble}") from trouble
    if manifest.format != FORMAT:
        raise StoreDamaged(f"{folder}: format {manifest.format} isn't known here")
    return manifest


def check_files(folder: Path) -> None:
    """Read all files and compare them with the manifest. Raises: StoreDamaged."""
    for name, expected in read_manifest(folder).sha256.items():
        try:
            found = sha256_of(folder / name)
        except OSError as trouble:
            raise StoreDamaged(f"{folder}: {trouble}") from trouble
        if found != expected:
            raise StoreDamaged(f"{folder / name} was altered")


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
