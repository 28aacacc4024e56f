"""Background work of the statistics."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="10 * * * *")
@app.task(queue="open", name="open_statistics.seal", queueing_lock="open_statistics.seal")
def seal(timestamp: int) -> None:
    """Seal and open the days that are over; a city that stood still seals all it missed. Harmless to run twice."""
    from haihe.data.open.statistics.dataset import renew_dataset
    from haihe.data.open.statistics.operations import seal_days

    seal_days(now=timezone.now())
    renew_dataset(now=timezone.now())
