"""Background work: deliveries whose time has come."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(queue="exchange", name="exchange.deliver", queueing_lock="exchange.deliver")
def deliver_what_is_due(timestamp: int) -> None:
    """Deliver, retry and remove. Harmless to run twice."""
    from haihe.data.exchange.delivery.operations.delivering import deliver_due

    deliver_due(now=timezone.now())


@app.task(queue="exchange", name="exchange.deliver_now")
def deliver_now() -> None:
    """The same at once, when something was just planned."""
    from haihe.data.exchange.delivery.operations.delivering import deliver_due

    deliver_due(now=timezone.now())
