"""Background work of certificates: write down whose term is over, forget wrong codes that count no longer."""

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.platforms.services.certificates import operations
from haihe.platforms.services.certificates.guarding import forget_old_tries


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="services_certificates.expire", name="services_certificates.expire")
def expire(timestamp: int) -> None:
    now = timezone.now()
    forget_old_tries(now=now)
    operations.expire_due(now=now)
