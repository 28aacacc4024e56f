"""Make a version ready that its opener has written: whoever comes first builds it, the others wait."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from haihe.data.open.store.building import build
from haihe.data.open.store.columns import Column
from haihe.data.open.store.manifest import MANIFEST, Manifest, read_manifest
from haihe.data.open.store.trouble import StoreDamaged

OPENED = "manifest.json"


class _Column(msgspec.Struct, frozen=True):
    name: str
    title: str = ""
    title_en: str = ""
    kind: str = "text"
    filterable: bool = True


class _Opened(msgspec.Struct, frozen=True):
    columns: list[_Column]
    key: tuple[str, ...] = ()


def is_prepared(folder: Path) -> bool:
    """True if the files of the version stand there, whole."""
    return (folder / MANIFEST).exists()


def prepare(folder: Path) -> Manifest:
    """Build the files of a version from its rows.parquet and the opener's manifest.json, unless somebody has.

    Takes some 15 µs a row, so it is a worker's business for large ones. Any number of processes may call it at once.
    Raises: StoreDamaged where the opener's files can't be read; ColumnsTrouble or BuildTrouble where not served.
    """
    if (folder / MANIFEST).exists():
        return read_manifest(folder)
    with _alone(folder):
        if (folder / MANIFEST).exists():
            return read_manifest(folder)
        opened = _opened(folder)
        return build(folder, [_column(each) for each in opened.columns], key=opened.key)


def _opened(folder: Path) -> _Opened:
    try:
        return msgspec.json.decode((folder / OPENED).read_bytes(), type=_Opened)
    except (OSError, msgspec.DecodeError) as trouble:
        raise StoreDamaged(f"{folder}: {trouble}") from trouble


def _column(told: _Column) -> Column:
    kind: Any = told.kind
    return Column(told.name, told.title, told.title_en, kind, filterable=told.filterable)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder against other builders; a process that dies lets go of it."""
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError as trouble:
        raise StoreDamaged(f"{folder}: {trouble}") from trouble
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
