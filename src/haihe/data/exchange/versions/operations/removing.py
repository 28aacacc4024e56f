"""Snapshots whose time is over lose their files. The row, its counts and its hashes stay."""

from datetime import datetime

from django.db import transaction

from haihe.data.exchange import lake, places, storing
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.versions.keeping import Kept, to_remove
from haihe.data.exchange.versions.models import RemovedSnapshot
from haihe.data.exchange.versions.queries import retention_of


def remove_old_snapshots(*, now: datetime) -> int:
    """Remove what no retention keeps; return how many snapshots. Harmless to run twice, or to be killed in."""
    present = Snapshot.objects.filter(removed=None)
    resources = present.values_list("resource", flat=True).order_by("resource").distinct()
    removed = sum(_remove_of(resource, now) for resource in list(resources))
    _remove_files()
    storing.remove_stored()
    return removed


def _remove_of(resource: str, now: datetime) -> int:
    rows = Snapshot.objects.filter(resource=resource, removed=None).values_list("id", "created_at", "is_current")
    return sum(_remove(pk, now) for pk in to_remove((Kept(*row) for row in rows), retention_of(resource), now=now))


def _remove(snapshot_id: str, now: datetime) -> bool:
    retention = retention_of(Snapshot.objects.values_list("resource", flat=True).get(pk=snapshot_id))
    with transaction.atomic():
        row = Snapshot.objects.select_for_update().get(pk=snapshot_id)
        if row.is_current or RemovedSnapshot.objects.filter(snapshot=row).exists():
            return False
        # Said before it is done, so that whoever reads sees a removed snapshot rather than a damaged one.
        RemovedSnapshot.objects.create(
            snapshot=row,
            removed_at=now,
            size_bytes=row.size_bytes,
            keep_days=retention.keep_days,
            keep_newest=retention.keep_newest,
            keep_months=retention.keep_months,
        )
        if row.index_path and row.index_removed_at is None:
            row.index_removed_at = now
            row.save(update_fields=["index_removed_at"])
    return True


def _remove_files() -> None:
    """Remove the files of whatever is said to be removed, also what a killed process left lying."""
    for path, index_path in Snapshot.objects.exclude(removed=None).values_list("path", "index_path"):
        for folder in filter(None, (path, index_path)):
            if (places.data_dir() / folder).exists():
                lake.remove(places.data_dir() / folder)
