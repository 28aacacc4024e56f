"""Background work of the outbox."""

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.base.outbox import operations


@app.periodic(cron="40 3 * * *")
@app.task(name="outbox.forget_delivered", queue="base", queueing_lock="outbox.forget_delivered")
def forget_delivered(timestamp: int) -> None:
    operations.forget_delivered(now=timezone.now())
