"""Background work: clocks that run out."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="*/30 * * * *")
@app.task(queue="open", name="participation.watch_clocks", queueing_lock="participation.watch_clocks")
def watch_clocks(timestamp: int) -> None:
    """Remind before deadlines, note those that ran out. Harmless to run twice."""
    from haihe.data.participation.operations import watch_clocks as watch

    watch(now=timezone.now())
