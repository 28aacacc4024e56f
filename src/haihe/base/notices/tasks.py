"""Background work of notices. Each way out has a queue of its own: one that is slow holds up no other."""

import contextlib

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


@app.periodic(cron="45 3 * * *")
@app.task(name="notices.forget_old", queue="base", queueing_lock="notices.forget_old")
def forget_old(timestamp: int) -> None:
    """Forget notices a year old, and what was sent three months ago."""
    from haihe.base.notices.operations import forget_old as forget
    from haihe.base.notices.sending import forget_sent

    forget(now=timezone.now())
    forget_sent(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.send_waiting", queue="base", queueing_lock="notices.send_waiting")
def send_waiting(timestamp: int) -> None:
    """Have what waits sent by each open way."""
    from haihe.base.notices.carriers import open_channels

    for channel in open_channels():
        send_soon(channel)


@app.task(name="notices.send")
def send(channel: str) -> None:
    from haihe.base.notices.sending import send_due

    send_due(channel, now=timezone.now())


def send_soon(channel: str) -> None:
    """Send what is due by this way; one at a time, and one more waiting."""
    name = f"notices.send.{channel}"
    # An error of the queue's lock must not undo the caller's work.
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        send.configure(lock=name, queueing_lock=name).defer(channel=channel)
