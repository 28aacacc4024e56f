"""From a source to a finished snapshot folder and its index. Knows files and keys, no database: runs are `operations`.

Everything is written in a work folder and moved into place at the very end by `operations.publish`, so a process may
be killed anywhere in here and leave nothing that counts.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from haihe.data.exchange.counts import Counts, Progress
from haihe.data.exchange.deltas.merging import CHUNK_ROWS, Base, Changes, Merged, merge
from haihe.data.exchange.indexing import IndexSize, SnapshotFiles, build_index
from haihe.data.exchange.lake import DATA, DOUBTS, REJECTS, remove, sql_type, write_manifest, write_parquet
from haihe.data.exchange.ports import Format, OpenSource, SourceFacts
from haihe.data.exchange.repeats import refuse_repeats
from haihe.data.exchange.resource_keys import ResourceKey
from haihe.data.exchange.rules import Personal, RegisterSchema
from haihe.data.exchange.setwise.deltas import with_operation
from haihe.data.exchange.staging import Staging, stage_rows
from haihe.kernel.keyring import Keyring

SNAPSHOT_FOLDER, CHANGES_FOLDER, INDEX_FOLDER = "snapshot", "changes", "index"


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading a source gave: the account, and the folder with its Parquet files under the resource's key.

    Of a delta they are its own rows first; `merged` is how they became the snapshot's, once they did.
    """

    facts: SourceFacts
    counts: Counts
    folder: Path
    snapshot: str
    key: ResourceKey
    merged: Merged | None = None

    @property
    def rows(self) -> int:
        """How many rows the snapshot has."""
        return self.counts.rows_accepted if self.merged is None else self.merged.after


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


def check_changes(
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
    """Read and check a delta likewise. Its rows repeat and contradict each other as they please: the last one counts.

    Raises: FileRefused, SnapshotDamaged.
    """
    folder = work / CHANGES_FOLDER
    folder.mkdir(parents=True)
    reading = format_.open(source, with_operation(schema))
    *places, operations = reading.facts.positions
    facts = replace(reading.facts, positions=tuple(places))
    with Staging(work, schema, keyring, facts, operations=operations) as staging:
        counts = stage_rows(staging, reading, progress)
        write_parquet(staging, folder, snapshot=snapshot, key=key, counts=counts)
    return Checked(facts, counts, folder, snapshot, key)


def merge_over(
    base: Base, changes: Checked, *, schema: RegisterSchema, work: Path, chunk_rows: int = CHUNK_ROWS
) -> Checked:
    """Merge a checked delta over a base into a snapshot below `work`; what an earlier try left there is replaced."""
    folder = work / SNAPSHOT_FOLDER
    remove(folder)
    folder.mkdir()
    told = Changes(changes.folder, changes.snapshot, changes.key)
    merged = merge(base, told, schema=schema, target=folder, work=work, chunk_rows=chunk_rows)
    return replace(changes, folder=folder, merged=merged)


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
    doubts = None if checked.merged is None else checked.folder / DOUBTS
    rows = checked.rows + checked.counts.rows_rejected + (0 if checked.merged is None else checked.merged.in_doubt)
    files = SnapshotFiles(checked.folder / DATA, checked.folder / REJECTS, rejects_key, rows, doubts)
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
            "merged": None if checked.merged is None else asdict(checked.merged),
            "key": [column.field for column in schema.key_columns],
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
