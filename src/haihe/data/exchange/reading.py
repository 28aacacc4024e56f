"""A snapshot's rows in clear, for those who are to have them: delivery, comparisons, 回流.

Who may have which fields and rows is decided by the caller's grant before it comes here. Both formats of the lake are
read; what was written is proved before the first row is given.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from haihe.base.keys.api import keyring
from haihe.data.exchange import lake, places
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.records import SnapshotInfo
from haihe.data.exchange.rules import Kind, Personal
from haihe.data.exchange.staging import personal_context

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

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> "Layout":
        columns = manifest["columns"]
        return cls(
            format=manifest["format"],
            plain=tuple(c["field"] for c in columns if c["personal"] == Personal.NONE),
            personal=tuple(c["field"] for c in columns if c["personal"] != Personal.NONE),
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
    run = FeedRun.objects.only("manifest_sha256").get(snapshot__id=snapshot.id)
    folder = places.data_dir() / snapshot.path
    data = lake.checked_file(folder, lake.DATA, manifest_sha256=run.manifest_sha256)
    layout = Layout.of(json.loads((folder / lake.MANIFEST).read_bytes()))
    _check_fields(fields, within, layout)
    return _read_format_1(data, snapshot, fields, layout, within, batch_rows)


def _check_fields(fields: Sequence[str], within: str | None, layout: Layout) -> None:
    unknown = [field for field in fields if field not in (*layout.plain, *layout.personal)]
    if unknown:
        raise UnknownField(f"no such field: {', '.join(unknown)}")
    if within is not None and layout.division is None:
        raise UnknownField("no division to choose rows by")


def _read_format_1(
    data: Path, snapshot: SnapshotInfo, fields: Sequence[str], layout: Layout, within: str | None, batch_rows: int
) -> Iterator[pa.RecordBatch]:
    personal = [field for field in fields if field in layout.personal]
    plain = [field for field in fields if field in layout.plain]
    chosen = {"line", *plain, *(["sealed"] if personal else []), *([layout.division] if within is not None else [])}
    with pq.ParquetFile(data) as file:
        for batch in file.iter_batches(batch_size=batch_rows, columns=list(chosen)):
            rows = batch if within is None else batch.filter(pc.starts_with(batch.column(layout.division), within))
            if not rows.num_rows:
                continue
            columns = {name: rows.column(name) for name in ("line", *plain)}
            if personal:
                columns |= _opened(rows, personal, snapshot)
            yield pa.RecordBatch.from_pydict({name: columns[name] for name in ("line", *fields)})


def _opened(rows: pa.RecordBatch, fields: Sequence[str], snapshot: SnapshotInfo) -> dict[str, pa.Array]:
    keys = keyring()
    pairs = zip(rows.column("line").to_pylist(), rows.column("sealed").to_pylist(), strict=True)
    opened = [
        msgspec.json.decode(keys.open(sealed, context=personal_context(snapshot.id, line))) for line, sealed in pairs
    ]
    return {field: pa.array([row[field] for row in opened], pa.string()) for field in fields}
