"""Background work of following: digests in the morning, webhooks when something is due."""

import contextlib

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


@app.periodic(cron="10 8 * * *")
@app.task(name="following.digests", queue="open", queueing_lock="following.digests")
def digests(timestamp: int) -> None:
    """Tell what waits for a day or, on Mondays, for a week. Harmless to run twice."""
    from haihe.data.following.models import Pace
    from haihe.data.following.operations import tell_digests

    now = timezone.now()
    tell_digests(Pace.DAILY, now=now)
    if timezone.localtime(now).weekday() == 0:
        tell_digests(Pace.WEEKLY, now=now)


@app.periodic(cron="50 3 * * *")
@app.task(name="following.forget", queue="open", queueing_lock="following.forget")
def forget(timestamp: int) -> None:
    """Forget what happened a year ago, and deliveries of a month ago."""
    from haihe.data.following.operations.noting import forget_old
    from haihe.data.following.sending import forget_sent

    forget_old(now=timezone.now())
    forget_sent(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="following.send", queue="webhooks", lock="following.send", queueing_lock="following.send")
def send(timestamp: int) -> None:
    """Send to webhooks what is due."""
    from haihe.data.following.sending import send_due

    send_due(clock=timezone.now)


@app.task(name="following.send_again", queue="webhooks", lock="following.send", queueing_lock="following.send_again")
def send_again() -> None:
    """Send what is due, between two minutes."""
    from haihe.data.following.sending import send_due

    send_due(clock=timezone.now)


def send_soon() -> None:
    """Send without waiting for the next minute; one at a time, and one more waiting."""
    # An error of the queue's lock must not undo the caller's work.
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        send_again.defer()
