"""Background work of notices."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="45 3 * * *")
@app.task(name="notices.forget_old", queue="base", queueing_lock="notices.forget_old")
def forget_old(timestamp: int) -> None:
    """Forget notices a year old."""
    from haihe.base.notices.operations import forget_old as forget

    forget(now=timezone.now())
