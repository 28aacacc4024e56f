"""A snapshot's rows in clear, for those who are to have them: delivery, comparisons, 回流.

Who may have which fields and rows is decided by the caller's grant before it comes here. Both formats of the lake are
read; what was written is proved before the first row is given.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from haihe.base.keys.api import keyring
from haihe.data.exchange import lake, places
from haihe.data.exchange.data_keys import data_key
from haihe.data.exchange.encrypted import open_reader
from haihe.data.exchange.format_1 import personal_context
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.records import SnapshotInfo
from haihe.data.exchange.rules import Kind, Personal

BATCH_ROWS = 50_000


class UnknownField(LookupError):
    """The snapshot has no such field, or no division to choose rows by."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a snapshot's manifest says of its columns."""

    format: int
    plain: tuple[str, ...]
    personal: tuple[str, ...]
    division: str | None
    subject: str | None
    key: tuple[str, ...] = ()

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> "Layout":
        columns = manifest["columns"]
        subject = next((c["field"] for c in columns if c["personal"] == Personal.SUBJECT), None)
        return cls(
            format=manifest["format"],
            plain=tuple(c["field"] for c in columns if c["personal"] == Personal.NONE),
            personal=tuple(c["field"] for c in columns if c["personal"] != Personal.NONE),
            subject=subject,
            # Manifests from before there were keys say only whose row it is.
            key=tuple(manifest.get("key", [subject] if subject else [])),
            division=next(
                (c["field"] for c in columns if c["kind"] == Kind.DIVISION and c["personal"] == Personal.NONE), None
            ),
        )


def read_rows(
    snapshot: SnapshotInfo, fields: Sequence[str], *, within: str | None = None, batch_rows: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """Return the rows as batches of `line` and the fields in the order asked for, typed as stored.

    Personal fields come in clear. `within` is the beginning of a division's code: only rows of that area are given, by
    the register's first division column. The snapshot's files are proved before this returns.
    Raises: UnknownField, SnapshotDamaged.
    """
    stored = _Stored.of(snapshot)
    _check_fields(fields, within, stored.layout)
    data = stored.proved(lake.DATA)
    if stored.layout.format == 1:
        return _read_format_1(data, stored, fields, within, batch_rows)
    hidden = stored.proved(lake.PERSONAL) if set(fields) & set(stored.layout.personal) else None
    return _read(data, hidden, stored, fields, within, batch_rows)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A snapshot's folder, with what proves it."""

    snapshot: SnapshotInfo
    folder: Path
    manifest_sha256: str
    layout: Layout
    key_number: int | None

    @classmethod
    def of(cls, snapshot: SnapshotInfo) -> "_Stored":
        run = FeedRun.objects.only("manifest_sha256").get(snapshot__id=snapshot.id)
        folder = places.data_dir() / snapshot.path
        manifest = lake.proved_manifest(folder, run.manifest_sha256)
        return cls(snapshot, folder, run.manifest_sha256, Layout.of(manifest), manifest.get("data_key"))

    def proved(self, file: str) -> Path:
        return lake.checked_file(self.folder, file, manifest_sha256=self.manifest_sha256)

    def key_of(self, file: str) -> bytes:
        return data_key(self.snapshot.resource, self.key_number or 0).file_key(self.snapshot.id, file)


def layout_of(snapshot: SnapshotInfo) -> Layout:
    """Return what columns a snapshot has. Raises: SnapshotDamaged."""
    return _Stored.of(snapshot).layout


def _check_fields(fields: Sequence[str], within: str | None, layout: Layout) -> None:
    unknown = [field for field in fields if field not in (*layout.plain, *layout.personal)]
    if unknown:
        raise UnknownField(f"no such field: {', '.join(unknown)}")
    if within is not None and layout.division is None:
        raise UnknownField("no division to choose rows by")


def _read(
    data: Path, hidden: Path | None, stored: _Stored, fields: Sequence[str], within: str | None, batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """Read both files side by side: their rows are the same, in the same order."""
    layout = stored.layout
    chosen = {"line", *(set(fields) & set(layout.plain)), *([layout.division] if within is not None else [])}
    with ExitStack() as stack:
        opened = stack.enter_context(open_reader(data))
        batches = opened.iter_batches(batch_size=batch_rows, columns=list(chosen))
        if hidden is not None:
            key = stored.key_of(lake.PERSONAL)
            other = stack.enter_context(open_reader(hidden, key=key))
            names = ["line", *(field for field in layout.personal if field in fields)]
            batches = map(_joined, batches, other.iter_batches(batch_size=batch_rows, columns=names))
        for batch in batches:
            rows = _within(batch, layout.division, within)
            if rows.num_rows:
                yield rows.select(["line", *fields])


def _joined(plain: pa.RecordBatch, hidden: pa.RecordBatch) -> pa.RecordBatch:
    if not plain.column("line").equals(hidden.column("line")):
        raise lake.SnapshotDamaged("the rows of the two files don't match")
    columns = {name: plain.column(name) for name in plain.schema.names}
    return pa.RecordBatch.from_pydict(columns | {name: hidden.column(name) for name in hidden.schema.names})


def _within(batch: pa.RecordBatch, division: str | None, within: str | None) -> pa.RecordBatch:
    return batch if within is None else batch.filter(pc.starts_with(batch.column(division), within))


def _read_format_1(
    data: Path, stored: _Stored, fields: Sequence[str], within: str | None, batch_rows: int
) -> Iterator[pa.RecordBatch]:
    layout = stored.layout
    personal = [field for field in fields if field in layout.personal]
    plain = [field for field in fields if field in layout.plain]
    chosen = {"line", *plain, *(["sealed"] if personal else []), *([layout.division] if within is not None else [])}
    with open_reader(data) as file:
        for batch in file.iter_batches(batch_size=batch_rows, columns=list(chosen)):
            rows = _within(batch, layout.division, within)
            if not rows.num_rows:
                continue
            columns = {name: rows.column(name) for name in ("line", *plain)}
            if personal:
                columns |= _opened(rows, personal, stored.snapshot)
            yield pa.RecordBatch.from_pydict({name: columns[name] for name in ("line", *fields)})


def _opened(rows: pa.RecordBatch, fields: Sequence[str], snapshot: SnapshotInfo) -> dict[str, pa.Array]:
    keys = keyring()
    pairs = zip(rows.column("line").to_pylist(), rows.column("sealed").to_pylist(), strict=True)
    opened = [
        msgspec.json.decode(keys.open(sealed, context=personal_context(snapshot.id, line))) for line, sealed in pairs
    ]
    return {field: pa.array([row[field] for row in opened], pa.string()) for field in fields}
