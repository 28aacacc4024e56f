"""Makes of a snapshot what an earlier version would have written: values sealed row by row, in format 1."""

import json
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from haihe.base.keys.api import keyring
from haihe.data.exchange import lake, places
from haihe.data.exchange.data_keys import data_key
from haihe.data.exchange.encrypted import open_reader
from haihe.data.exchange.format_1 import RejectedSource, personal_context, raw_context
from haihe.data.exchange.models import FeedRun


def rewrite(run: FeedRun) -> None:
    """Replace a run's snapshot by one of format 1 that says the same."""
    folder = places.data_dir() / run.folder
    manifest = lake.manifest_of(folder)
    key = data_key(run.resource, manifest.pop("data_key"))
    hidden = open_reader(folder / lake.PERSONAL, key=key.file_key(run.snapshot_name, lake.PERSONAL)).read()
    refused = open_reader(folder / lake.REJECTS, key=key.file_key(run.snapshot_name, lake.REJECTS)).read()
    sealed = [
        keyring().seal(
            msgspec.json.encode({field: value for field, value in values.items() if field != "line"}),
            context=personal_context(run.snapshot_name, values["line"]),
        )
        for values in hidden.to_pylist()
    ]
    raw = [
        keyring().seal(
            msgspec.json.encode(RejectedSource(row["raw"], row["cells"])),
            context=raw_context(run.snapshot_name, row["line"]),
        )
        for row in refused.to_pylist()
    ]
    data = pq.read_table(folder / lake.DATA).append_column("sealed", pa.array(sealed, pa.binary()))
    rejects = refused.select(["line", "code", "problems", "subjects"]).append_column(
        "sealed_source", pa.array(raw, pa.binary())
    )
    _replace(folder, {lake.DATA: data, lake.REJECTS: rejects})
    del manifest["files"]
    run.manifest_sha256 = lake.write_manifest(folder, manifest)
    # The same writer as ever, but for the number of the format.
    file = folder / lake.MANIFEST
    file.chmod(0o600)
    document = json.loads(file.read_bytes()) | {"format": 1}
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    run.manifest_sha256 = lake.sha256_of(file)
    run.save(update_fields=["manifest_sha256"])


def _replace(folder: Path, tables: dict[str, pa.Table]) -> None:
    for file in folder.iterdir():
        file.unlink()
    for name, table in tables.items():
        pq.write_table(table, folder / name)
