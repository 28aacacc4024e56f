"""Background work of accounts: wrong passwords are forgotten once they count no longer."""

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.base.accounts.sign_in import forget_old_attempts


@app.periodic(cron="37 * * * *")
@app.task(name="accounts.forget_old_attempts", queue="base", queueing_lock="accounts.forget_old_attempts")
def forget_attempts(timestamp: int) -> None:
    forget_old_attempts(now=timezone.now())
