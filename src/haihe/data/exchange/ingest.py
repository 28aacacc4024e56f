"""From a source to a finished snapshot folder and its index. Knows files and keys, no database: runs are `operations`.

Everything is written in a work folder and moved into place at the very end by `operations.publish`, so a process may
be killed anywhere in here and leave nothing that counts.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from haihe.data.exchange.indexing import IndexSize, SnapshotFiles, build_index
from haihe.data.exchange.lake import DATA, REJECTS, sql_type, write_manifest, write_parquet
from haihe.data.exchange.ports import Format, OpenSource, SourceFacts
from haihe.data.exchange.repeats import refuse_repeats
from haihe.data.exchange.rules import Personal, RegisterSchema
from haihe.data.exchange.staging import ACCEPTED, DOUBTED, REJECTED, Counts, Progress, Staging, stage_rows
from haihe.kernel.keyring import Keyring

SNAPSHOT_FOLDER, INDEX_FOLDER = "snapshot", "index"


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading a source gave: the account, and the folder with its Parquet files."""

    facts: SourceFacts
    counts: Counts
    folder: Path


def check_source(
    source: OpenSource,
    format_: Format,
    *,
    schema: RegisterSchema,
    keyring: Keyring,
    snapshot: str,
    work: Path,
    progress: Progress = lambda _: None,
) -> Checked:
    """Read and check a whole source into Parquet below `work` (made new). Raises: FileRefused, SnapshotDamaged."""
    folder = work / SNAPSHOT_FOLDER
    folder.mkdir(parents=True)
    reading = format_.open(source, schema)
    with Staging(work, schema, keyring, snapshot=snapshot, positions=reading.facts.positions) as staging:
        counts = stage_rows(staging, reading, progress)
        refuse_repeats(staging, lambda: format_.open(source, schema), counts)
    progress(counts)
    write_parquet(work, folder, schema, counts)
    for staged in (ACCEPTED, REJECTED, DOUBTED):
        (work / staged).unlink()
    return Checked(reading.facts, counts, folder)


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
    files = SnapshotFiles(checked.folder / DATA, checked.folder / REJECTS, checked.counts.rows_in)
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
                    "stored": "sealed" if column.personal is not Personal.NONE else sql_type(column),
                }
                for column in schema.columns
            ],
        },
    )
