"""Background work of quality: returned rejects go back to where they came from."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(queue="exchange", name="exchange.carry_rejects", queueing_lock="exchange.carry_rejects")
def carry_rejects(timestamp: int) -> None:
    """Carry what is due. Harmless to run twice."""
    from haihe.data.exchange.quality.operations.carrying import carry_due

    carry_due(now=timezone.now())


@app.task(queue="exchange", name="exchange.carry_rejects_now")
def carry_rejects_now() -> None:
    """The same at once, when something was just sent back."""
    from haihe.data.exchange.quality.operations.carrying import carry_due

    carry_due(now=timezone.now())
