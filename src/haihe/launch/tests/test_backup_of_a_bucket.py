"""A backup is whole although the data directory let go of what lies in the bucket, or it isn't made."""

import hashlib
import json
from pathlib import Path

import pytest
from tests.plugins.stores import Store

from haihe.data.exchange.bucket import bucket_of
from haihe.launch.backup import BackupError, bring_stored

pytestmark = pytest.mark.engine("s3")
PATH = "lake/120012-000001/20261123T080000Z-aaaaaaaa"


def stored(store: Store, folder: Path) -> list[tuple[str, str]]:
    """Put a snapshot of two files into the bucket, of which one lies in the backup already."""
    content = {"data.parquet": b"rows", "rejects.parquet": b"others"}
    facts = {name: {"sha256": hashlib.sha256(data).hexdigest()} for name, data in content.items()}
    content["manifest.json"] = json.dumps({"files": facts}).encode()
    for name, data in content.items():
        (folder / name).write_bytes(data)
        bucket_of(store.place).put(folder / name, f"{PATH}/{name}", hashlib.sha256(data).hexdigest())
    return [(PATH, hashlib.sha256(content["manifest.json"]).hexdigest())]


def test_what_is_missing_is_brought(store: Store, tmp_path: Path) -> None:
    source, files = tmp_path / "source", tmp_path / "files"
    source.mkdir()
    told = stored(store, source)
    (files / PATH).mkdir(parents=True)
    (files / PATH / "data.parquet").write_bytes(b"rows")
    assert bring_stored(told, files, store.place) == 2
    assert {file.name: file.read_bytes() for file in (files / PATH).iterdir()} == {
        file.name: file.read_bytes() for file in source.iterdir()
    }
    assert bring_stored(told, files, None) == 0


def test_without_the_bucket_or_with_another_content_there_is_no_backup(store: Store, tmp_path: Path) -> None:
    told = stored(store, tmp_path)
    with pytest.raises(BackupError, match="HAIHE_LAKE_BUCKET"):
        bring_stored(told, tmp_path / "files", None)
    with pytest.raises(BackupError, match="BucketDamaged"):
        bring_stored([(PATH, "0" * 64)], tmp_path / "files", store.place)
    store.stop()
    with pytest.raises(BackupError, match="BucketAway"):
        bring_stored(told, tmp_path / "files", store.place)
