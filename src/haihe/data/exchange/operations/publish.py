"""The switch: snapshot and index are put in place beside the running ones, then one transaction makes them current."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from haihe.data.exchange import ingest, lake, places, storing
from haihe.data.exchange.bucket import BucketAway
from haihe.data.exchange.events import announce_published
from haihe.data.exchange.indexing import IndexSize
from haihe.data.exchange.models import FeedRun, Snapshot
from haihe.data.exchange.operations.moving import move_run, one_at_a_time
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import RegisterSchema

KEPT_INDEXES = 2


class BaseChanged(Exception):
    """The snapshot that a delta was merged over isn't the current one any more."""


def publish(run: FeedRun, checked: ingest.Checked, *, schema: RegisterSchema, clock: Callable[[], datetime]) -> None:
    """Make a checked run's rows the current snapshot; held instead if a newer one came first.

    Raises: BaseChanged, BucketAway.

    Runs of one resource publish one after the other: each index is compared with the one before it, and LMDB opens no
    file twice in one process.
    """
    with one_at_a_time(run.resource):
        _publish(run, checked, schema=schema, clock=clock)


def _publish(run: FeedRun, checked: ingest.Checked, *, schema: RegisterSchema, clock: Callable[[], datetime]) -> None:
    work = places.work_folder(run)
    size = IndexSize(0, 0)
    if schema.subject:
        size = ingest.index_snapshot(
            checked,
            schema=schema,
            snapshot=run.snapshot_name,
            as_of=run.as_of,
            work=work,
            previous=_running_index(run.resource),
        )
    manifest_sha256 = ingest.seal_folder(checked, schema=schema, about=about(run, clock()))
    file = lake.manifest_of(checked.folder)["files"][lake.DATA]
    lake.put_in_place(checked.folder, places.data_dir() / places.lake_folder(run))
    if schema.subject:
        lake.put_in_place(work / ingest.INDEX_FOLDER, places.data_dir() / places.index_folder(run))
    snapshot = Snapshot(
        id=run.snapshot_name,
        resource=run.resource,
        run=run,
        as_of=run.as_of,
        created_at=clock(),
        row_count=checked.rows,
        in_doubt_count=size.in_doubt,
        data_sha256=file["sha256"],
        size_bytes=file["size_bytes"],
        path=places.lake_folder(run),
        index_path=places.index_folder(run) if schema.subject else "",
        is_current=True,
    )
    base = checked.merged.base if checked.merged else None
    try:
        snapshot.stored_at = storing.store(snapshot.path, clock=clock)
        is_current = _switch(run, snapshot, manifest_sha256, base=base, now=clock())
    except (BaseChanged, BucketAway):
        for place in (places.lake_folder(run), places.index_folder(run)):
            lake.remove(places.data_dir() / place)
        raise
    if not is_current:
        _withdraw(run, manifest_sha256, now=clock())
    remove_old_indexes(run.resource, now=clock())


def hold(run: FeedRun, checked: ingest.Checked, *, schema: RegisterSchema, refusal: FileRefused, now: datetime) -> None:
    """Keep a checked run's rows for its owner to look at, and end it as rejected."""
    manifest_sha256 = ingest.seal_folder(checked, schema=schema, about=about(run, now))
    lake.put_in_place(checked.folder, places.data_dir() / places.held_folder(run))
    _end_held(run, manifest_sha256, refusal, now=now)


def remove_old_indexes(resource: str, *, now: datetime) -> None:
    """Remove indexes but the newest two of a resource: the one before may still be open in a gateway."""
    kept = Snapshot.objects.filter(resource=resource, index_removed_at=None).exclude(index_path="")
    for snapshot in kept.order_by("-created_at")[KEPT_INDEXES:]:
        if not snapshot.is_current:
            lake.remove(places.data_dir() / snapshot.index_path)
            Snapshot.objects.filter(pk=snapshot.pk, is_current=False).update(index_removed_at=now)


def _running_index(resource: str) -> Path | None:
    """Return the folder of the index that answers now. If another comes first, cursors of that one begin anew."""
    current = Snapshot.objects.filter(resource=resource, is_current=True).exclude(index_path="").first()
    return places.data_dir() / current.index_path if current else None


def _switch(run: FeedRun, snapshot: Snapshot, manifest_sha256: str, *, base: str | None, now: datetime) -> bool:
    """Make the snapshot current in one transaction; False if the current one has become newer meanwhile.

    Raises: BaseChanged.
    """
    with transaction.atomic():
        current = Snapshot.objects.select_for_update().filter(resource=run.resource, is_current=True).first()
        if current and current.as_of > run.as_of:
            return False
        if base is not None and (current is None or current.id != base):
            raise BaseChanged
        if current:
            current.is_current = False
            current.save(update_fields=["is_current"])
        FeedRun.objects.filter(pk=run.pk).update(folder=snapshot.path, manifest_sha256=manifest_sha256)
        move_run(run.id, "publish", now=now, outcome_code="PUBLISHED", outcome="数据已采用。")
        snapshot.save(force_insert=True)
        announce_published(snapshot)
    return True


def _withdraw(run: FeedRun, manifest_sha256: str, *, now: datetime) -> None:
    lake.put_in_place(places.data_dir() / places.lake_folder(run), places.data_dir() / places.held_folder(run))
    lake.remove(places.data_dir() / places.index_folder(run))
    refusal = FileRefused(Refusal.OLDER_THAN_CURRENT, "处理期间已有更新的数据开始使用；不会用旧数据替换新数据。")
    _end_held(run, manifest_sha256, refusal, now=now)


def _end_held(run: FeedRun, manifest_sha256: str, refusal: FileRefused, *, now: datetime) -> None:
    with transaction.atomic():
        FeedRun.objects.filter(pk=run.pk).update(folder=places.held_folder(run), manifest_sha256=manifest_sha256)
        move_run(run.id, "reject", now=now, outcome_code=refusal.code, outcome=refusal.sentence)


def about(run: FeedRun, now: datetime) -> dict[str, Any]:
    """Return what only the run knows of its snapshot: name, times, and the lineage from the received file."""
    return {
        "snapshot": run.snapshot_name,
        "as_of": run.as_of.isoformat(),
        "created_at": now.isoformat(),
        "lineage": {
            "came_by": run.came_by,
            "format": run.format,
            "mode": run.mode,
            "source": str(run.source or ""),
            "run": str(run.id),
            "owner": run.owner,
            "received_at": run.received_at.isoformat(),
            "file": {"name": run.filename, "sha256": run.source_sha256, "size_bytes": run.size_bytes},
        },
    }
