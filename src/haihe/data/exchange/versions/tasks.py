"""Background work: old snapshots go."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="17 3 * * *")
@app.task(queue="exchange", name="exchange.remove_old_snapshots", queueing_lock="exchange.remove_old_snapshots")
def remove_old(timestamp: int) -> None:
    """Remove the files of snapshots that no retention keeps."""
    from haihe.data.exchange.versions.operations.removing import remove_old_snapshots

    remove_old_snapshots(now=timezone.now())


@app.periodic(cron="47 3 * * *")
@app.task(queue="exchange", name="exchange.keep_bucket", queueing_lock="exchange.keep_bucket")
def keep_bucket(timestamp: int) -> None:
    """Store what was published before there was a bucket, remove what was never published, make room here."""
    from haihe.data.exchange import storing

    storing.keep(now=timezone.now())
