"""Background work of ratings."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="*/10 * * * *")
@app.task(name="ratings.sweep", queueing_lock="ratings.sweep")
def sweep(timestamp: int) -> None:
    """Report low ratings that are late and end those whose raters have nothing more to say."""
    from haihe.platforms.services.ratings.operations import sweep as sweep_up

    sweep_up(now=timezone.now())
