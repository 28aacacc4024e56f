"""A current snapshot as a table for those who compare registers set by set: its Parquet, and how it stores fields.

Nothing personal is readable in it: identity numbers and names stand there as keyed hashes, what is only sealed not at
all. Values in clear come from `reading.read_rows`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from haihe.data.exchange import lake, places
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.records import SnapshotInfo, snapshot_info
from haihe.data.exchange.rules import Personal


@dataclass(frozen=True, slots=True)
class StoredColumn:
    """A field of the register, and the Parquet column that stands for it; "" where it is only sealed."""

    field: str
    title: str
    kind: str
    personal: Personal
    column: str


@dataclass(frozen=True, slots=True)
class SnapshotTable:
    """A snapshot's Parquet with accepted rows. Column `line` numbers them; `subject` stands for the subject, if any."""

    snapshot: SnapshotInfo
    file: Path
    columns: tuple[StoredColumn, ...]


def stored_columns(resource: str) -> tuple[StoredColumn, ...] | None:
    """Return what the current snapshot stores, without reading its rows; None where nothing was ever published.

    Raises: SnapshotDamaged where the manifest isn't the one that was published.
    """
    row = Snapshot.objects.select_related("run").filter(resource=resource, is_current=True).first()
    if row is None:
        return None
    return _columns_of(lake.proved_manifest(places.data_dir() / row.path, row.run.manifest_sha256))


def open_table(resource: str, *, afresh: bool = True) -> SnapshotTable | None:
    """Return the current snapshot, its files proved; None where nothing was ever published.

    With `afresh` false, for a look at it, files that were proved and haven't moved since aren't read again.
    Raises: SnapshotDamaged.
    """
    row = Snapshot.objects.select_related("run").filter(resource=resource, is_current=True).first()
    return table_of(row, afresh=afresh) if row else None


def table_of(row: Snapshot, *, afresh: bool = True) -> SnapshotTable:
    """Return any snapshot as a table, its files proved. Raises: SnapshotDamaged."""
    folder = places.data_dir() / row.path
    file = lake.checked_file(folder, lake.DATA, manifest_sha256=row.run.manifest_sha256, afresh=afresh)
    return SnapshotTable(
        snapshot_info(row),
        file,
        _columns_of(lake.manifest_of(folder)),
    )


def _columns_of(manifest: dict[str, Any]) -> tuple[StoredColumn, ...]:
    return tuple(
        StoredColumn(
            field=one["field"],
            title=one["title"],
            kind=one["kind"],
            personal=(personal := Personal(one["personal"])),
            column=_column(one["field"], personal),
        )
        for one in manifest["columns"]
    )


def _column(field: str, personal: Personal) -> str:
    match personal:
        case Personal.NONE:
            return field
        case Personal.SUBJECT:
            return "subject"
        case Personal.IDENTITY | Personal.NAME:
            return f"{field}_key"
        case Personal.SEALED:
            return ""
