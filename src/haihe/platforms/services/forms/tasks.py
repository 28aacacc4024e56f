"""Background work of forms: drafts that nobody went on with go, with their files,
and so do files that never arrived whole and what was asked before."""

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.platforms.services.forms import operations


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="services_forms.expire", name="services_forms.expire")
def expire(timestamp: int) -> None:
    now = timezone.now()
    operations.expire(now=now)
    operations.forget_checks(now=now)
    operations.forget_parts(now=now)
