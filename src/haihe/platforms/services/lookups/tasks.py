"""Background work of lookups: forgetting."""

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.platforms.services.lookups import operations


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="services_lookups.forget", name="services_lookups.forget")
def forget(timestamp: int) -> None:
    """Empty what may be shown no longer."""
    operations.forget_old(now=timezone.now())
