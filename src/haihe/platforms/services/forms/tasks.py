"""Background work of forms: drafts that nobody went on with go, with their files."""

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.platforms.services.forms import operations


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="services_forms.expire", name="services_forms.expire")
def expire(timestamp: int) -> None:
    operations.expire(now=timezone.now())
