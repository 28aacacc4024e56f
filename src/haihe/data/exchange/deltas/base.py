"""The snapshot that a delta is merged over: the one in use, where its rows are told apart as the rules say now."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from haihe.data.exchange import lake, places
from haihe.data.exchange.data_keys import data_key
from haihe.data.exchange.deltas.merging import Base
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.quality import api as quality
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import NoRules, RegisterSchema

_SENTENCES = {
    "NO_KEY": "这个数据资源的规则没有主键，不能报送增量；请在规则中确定主键，或者报送全量。",
    "NO_SNAPSHOT": "还没有可以合并的整份数据；请先报送一次全量，再报送增量。",
    "OTHER_RULES": "上一份整份数据之后规则的列或主键变了，不能直接合并；请先报送一次全量。",
}


def base_of(resource: str, schema: RegisterSchema) -> Base:
    """Return the base, its files proved. Raises: FileRefused where changes alone can't be taken, SnapshotDamaged."""
    current = _current(resource)
    if (why := _against(current, schema)) is not None or current is None:
        raise FileRefused(Refusal.NEEDS_FULL, _SENTENCES[why or "NO_SNAPSHOT"])
    folder, proof = places.data_dir() / current.path, current.run.manifest_sha256
    manifest = _manifest(current)
    for file in manifest["files"]:
        lake.checked_file(folder, file, manifest_sha256=proof)
    key = data_key(resource, manifest["data_key"])
    return Base(current.id, folder, key, has_doubts=lake.DOUBTS in manifest["files"])


def takes_deltas(resource: str, *, source: UUID | None) -> bool:
    """Say whether changes alone may come from a source: only over what it brought itself, as the rules were then.

    `source` None: from one that never brings all rows, over whatever serves.
    """
    current = _current(resource)
    try:
        schema = quality.rules_of(resource)
    except NoRules:
        return False
    return current is not None and source in (current.run.source, None) and _against(current, schema) is None


def comes_from(resource: str, *, source: UUID) -> bool:
    """Say whether what serves is what a source brought."""
    current = _current(resource)
    return current is not None and current.run.source == source


def is_key(resource: str, titles: Sequence[str]) -> bool:
    """Say whether a source whose rows have these columns as their key tells them apart as the register does.

    By any other key it would bring one row for two, and delete what nobody finds.
    """
    try:
        schema = quality.rules_of(resource)
    except NoRules:
        return False
    key = {column.field for column in schema.key_columns}
    return bool(key) and set(quality.fields_titled(schema, titles)) == key


def _current(resource: str) -> Snapshot | None:
    return Snapshot.objects.select_related("run").filter(resource=resource, is_current=True).first()


def _against(current: Snapshot | None, schema: RegisterSchema) -> str | None:
    """Say what stands against merging."""
    if not schema.key_columns:
        return "NO_KEY"
    if current is None:
        return "NO_SNAPSHOT"
    manifest = _manifest(current)
    is_alike = manifest["format"] == lake.MANIFEST_FORMAT and _columns(manifest) == {
        (column.field, str(column.kind), str(column.personal)) for column in schema.columns
    }
    # Whether rows of one key were one row then only matters where it wasn't a person.
    has_key = schema.subject is not None or manifest.get("key") == [column.field for column in schema.key_columns]
    return None if is_alike and has_key else "OTHER_RULES"


def _manifest(current: Snapshot) -> dict[str, Any]:
    return lake.proved_manifest(places.data_dir() / current.path, current.run.manifest_sha256)


def _columns(manifest: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(column["field"], column["kind"], column["personal"]) for column in manifest["columns"]}
