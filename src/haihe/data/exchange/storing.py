"""The lake's files in a bucket, the data directory as the cache before it.

A snapshot's files are in the bucket, proved, before it is published. Who reads one finds it here, or it is brought here
and proved. What wasn't read lately leaves the cache beyond its size. Without a bucket all of this does nothing.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from haihe.data.exchange import lake, places
from haihe.data.exchange.bucket import Bucket, BucketAway, BucketDamaged, NotInBucket, bucket_of
from haihe.data.exchange.models import Snapshot
from haihe.kernel.environment import BucketPlace

logger = logging.getLogger(__name__)
LAKE: Final = "lake"
_FIRST_PAUSE_S: Final = 2.0
_ORPHANED_FOR: Final = timedelta(days=1)
_IN_USE_FOR_S: Final = 15 * 60
_DEPTH: Final = 2


def place() -> BucketPlace | None:
    """Return where the bucket is; None where there is none."""
    found: BucketPlace | None = settings.HAIHE.lake_bucket
    return found


def store(path: str, *, clock: Callable[[], datetime]) -> datetime | None:
    """Put a snapshot's files into the bucket, the manifest last; return when they were there, None without a bucket.

    A bucket that is away is waited for. Raises: BucketAway.
    """
    where = place()
    if where is None:
        return None
    pause, deadline = _FIRST_PAUSE_S, time.monotonic() + where.patience_s
    while True:
        try:
            _put_all(bucket_of(where), path)
        except (BucketDamaged, NotInBucket) as damage:
            raise BucketAway(f"{type(damage).__name__}: {damage}") from None
        except BucketAway as away:
            if time.monotonic() + pause > deadline:
                logger.error("%s can't be stored: %s", path, away)
                raise
            time.sleep(pause)
            pause *= 2
        else:
            return clock()


def bring(folder: Path, file: str, manifest_sha256: str) -> None:
    """See to it that a file of the lake is here. Raises: lake.SnapshotAway, lake.SnapshotDamaged."""
    where = place()
    if where is None or not folder.is_relative_to(places.data_dir() / LAKE):
        return
    path = folder.relative_to(places.data_dir())
    try:
        if not (folder / lake.MANIFEST).exists():
            bucket_of(where).get(f"{path}/{lake.MANIFEST}", folder / lake.MANIFEST, manifest_sha256)
        if not (folder / file).exists():
            told = lake.manifest_of(folder)["files"].get(file)
            if told is not None:
                make_room(where, told["size_bytes"])
                bucket_of(where).get(f"{path}/{file}", folder / file, told["sha256"])
        os.utime(folder)
    except NotInBucket:
        return  # Whoever reads it says so.
    except BucketAway as away:
        raise lake.SnapshotAway(f"{folder.name}: {file} is in the bucket, which is away ({away})") from away
    except (BucketDamaged, OSError, ValueError) as damage:
        raise lake.SnapshotDamaged(f"{folder.name}: {file} can't be brought ({type(damage).__name__})") from damage


def make_room(where: BucketPlace, wanted: int) -> int:
    """Let go of files that are in the bucket and weren't read lately; return how many bytes became free.

    Manifests stay. What serves goes last, and what was read within the last minutes not at all.
    """
    root = places.data_dir()
    excess = sum(file.stat().st_size for file in _files(root / LAKE)) + wanted - where.cache_bytes
    freed = 0
    for folder in _not_read_lately(root) if excess > 0 else ():
        for file in _files(folder):
            freed += file.stat().st_size
            file.unlink(missing_ok=True)
        if freed >= excess:
            break
    return freed


def remove_stored() -> None:
    """Remove from the bucket what was removed here because its time is over; what is away goes another night."""
    where = place()
    rows = Snapshot.objects.exclude(removed=None).exclude(stored_at=None)
    for row in rows if where is not None else ():
        try:
            bucket_of(where).remove(row.path)
        except BucketAway as away:
            logger.warning("%s stays in the bucket for now: %s", row.path, away)
            return
        Snapshot.objects.filter(pk=row.pk).update(stored_at=None)


def keep(*, now: datetime) -> None:
    """Store what is only here, remove from the bucket what was never published, make room here."""
    where = place()
    if where is None:
        return
    try:
        _store_older(bucket_of(where), now)
        _remove_orphans(bucket_of(where), now)
    except (BucketAway, BucketDamaged, NotInBucket) as trouble:
        logger.warning("the bucket isn't in order: %s", trouble)
    make_room(where, 0)


def _store_older(bucket: Bucket, now: datetime) -> None:
    for row in Snapshot.objects.filter(stored_at=None, removed=None):
        if (places.data_dir() / row.path / lake.MANIFEST).exists():
            _put_all(bucket, row.path)
            Snapshot.objects.filter(pk=row.pk).update(stored_at=now)


def _remove_orphans(bucket: Bucket, now: datetime) -> None:
    """Remove what a process left that was killed, or overtaken, before it published."""
    known = set(Snapshot.objects.filter(removed=None).values_list("path", flat=True))
    for folder, written in bucket.folders(LAKE, _DEPTH).items():
        if folder not in known and written < (now - _ORPHANED_FOR).timestamp():
            bucket.remove(folder)


def _put_all(bucket: Bucket, path: str) -> None:
    folder = places.data_dir() / path
    told = lake.manifest_of(folder)["files"]
    for name, facts in told.items():
        bucket.put(folder / name, f"{path}/{name}", facts["sha256"])
    manifest = folder / lake.MANIFEST
    bucket.put(manifest, f"{path}/{lake.MANIFEST}", lake.sha256_of(manifest))


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*.parquet") if file.is_file())


def _not_read_lately(root: Path) -> list[Path]:
    """Return the folders of what is in the bucket, what was read longest ago first, what serves last."""
    rows = Snapshot.objects.filter(removed=None).exclude(stored_at=None).values_list("path", "is_current")
    read: list[tuple[bool, float, Path]] = []
    for path, is_current in rows:
        folder = root / path
        if folder.is_dir() and (last := folder.stat().st_mtime) < time.time() - _IN_USE_FOR_S:
            read.append((is_current, last, folder))
    return [folder for _, _, folder in sorted(read)]
