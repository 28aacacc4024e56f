"""Background work of halls: warnings each minute, reminders and the end of the day each hour."""

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.platforms.services.window import operations


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="window.watch", name="window.watch")
def watch(timestamp: int) -> None:
    operations.warn_of_long_waits(now=timezone.now())


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="window.each_hour", name="window.each_hour")
def each_hour(timestamp: int) -> None:
    """Those who didn't come, then those who come tomorrow, then what is left of yesterday."""
    now = timezone.now()
    operations.note_missed(now=now)
    operations.remind(now=now)
    operations.end_the_day(now=now)
