"""From a source to a finished snapshot folder and its index. Knows files and keys, no database: runs are `operations`.

Everything is written in a work folder and moved into place at the very end by `operations.publish`, so a process may
be killed anywhere in here and leave nothing that counts.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from haihe.data.exchange.counts import Counts, Progress
from haihe.data.exchange.indexing import IndexSize, SnapshotFiles, build_index
from haihe.data.exchange.lake import DATA, REJECTS, sql_type, write_manifest, write_parquet
from haihe.data.exchange.ports import Format, OpenSource, SourceFacts
from haihe.data.exchange.repeats import refuse_repeats
from haihe.data.exchange.resource_keys import ResourceKey
from haihe.data.exchange.rules import Personal, RegisterSchema
from haihe.data.exchange.staging import Staging, stage_rows
from haihe.kernel.keyring import Keyring

SNAPSHOT_FOLDER, INDEX_FOLDER = "snapshot", "index"


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading a source gave: the account, and the folder with its Parquet files under the resource's key."""

    facts: SourceFacts
    counts: Counts
    folder: Path
    snapshot: str
    key: ResourceKey


def check_source(
    source: OpenSource,
    format_: Format,
    *,
    schema: RegisterSchema,
    keyring: Keyring,
    key: ResourceKey,
    snapshot: str,
    work: Path,
    progress: Progress = lambda _: None,
) -> Checked:
    """Read and check a whole source into Parquet below `work` (made new). Raises: FileRefused, SnapshotDamaged."""
    folder = work / SNAPSHOT_FOLDER
    folder.mkdir(parents=True)
    reading = format_.open(source, schema)
    with Staging(work, schema, keyring, reading.facts) as staging:
        counts = stage_rows(staging, reading, progress)
        refuse_repeats(staging, lambda: format_.open(source, schema), counts)
        progress(counts)
        write_parquet(staging, folder, snapshot=snapshot, key=key, counts=counts)
    return Checked(reading.facts, counts, folder, snapshot, key)


def index_snapshot(
    checked: Checked,
    *,
    schema: RegisterSchema,
    snapshot: str,
    as_of: datetime,
    work: Path,
    previous: Path | None = None,
) -> IndexSize:
    """Build the index of a checked snapshot below `work`, and what changed since the one in the folder `previous`."""
    rejects_key = checked.key.file_key(checked.snapshot, REJECTS)
    files = SnapshotFiles(checked.folder / DATA, checked.folder / REJECTS, rejects_key, checked.counts.rows_in)
    target = work / INDEX_FOLDER
    return build_index(files, schema=schema, snapshot=snapshot, as_of=as_of, target=target, previous=previous)


def seal_folder(checked: Checked, *, schema: RegisterSchema, about: dict[str, Any]) -> str:
    """Write the manifest of a checked snapshot and make its files read-only; return the manifest's SHA-256.

    `about` is what only the run knows (snapshot, as_of, source …).
    """
    facts, counts = checked.facts, checked.counts
    return write_manifest(
        checked.folder,
        {
            **about,
            "resource": schema.resource,
            "title": schema.title,
            "encoding": {"name": facts.encoding, "confidence": facts.confidence},
            "delimiter": facts.delimiter,
            "part": facts.part,
            "data_key": checked.key.number,
            "ignored_columns": list(facts.ignored),
            "lines": {"above_header": facts.preface_lines, "blank": counts.blank_lines},
            "rows": {"in": counts.rows_in, "accepted": counts.rows_accepted, "rejected": counts.rows_rejected},
            "reasons": counts.reasons,
            "columns": [
                {
                    "field": column.field,
                    "title": column.title,
                    "kind": column.kind,
                    "personal": column.personal,
                    "stored": "encrypted" if column.personal is not Personal.NONE else sql_type(column),
                }
                for column in schema.columns
            ],
        },
    )
