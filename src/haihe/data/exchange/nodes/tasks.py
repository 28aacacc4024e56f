"""Background work: taking in what has arrived."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from haihe.base.jobs import api as jobs


@app.task(queue="exchange", name="exchange_nodes.take_in")
def take_in(transfer: str) -> None:
    """Make a received file of what has arrived. Harmless to run twice."""
    from haihe.data.exchange.nodes.operations.taking import take_in

    take_in(UUID(transfer), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="exchange", name="exchange_nodes.tidy", queueing_lock="exchange_nodes.tidy")
def tidy(timestamp: int) -> None:
    """Offer again what has arrived and no worker took."""
    from haihe.data.exchange.nodes.queries import arrived_before

    for transfer in arrived_before(timezone.now()):
        offer(transfer)


@app.periodic(cron="17 3 * * *")
@app.task(queue="exchange", name="exchange_nodes.renew_hub", queueing_lock="exchange_nodes.renew_hub")
def renew_hub(timestamp: int) -> None:
    """Renew the hub's certificate where it is due. Harmless to run twice."""
    from haihe.data.exchange.nodes.hub_certificate import renew_if_due

    renew_if_due(now=timezone.now())


def offer(transfer: UUID) -> None:
    """Hand a transfer to the worker; call within the transaction in which it arrived."""
    from django.db import transaction

    try:
        with transaction.atomic():
            take_in.configure(queueing_lock=f"node-transfer:{transfer}").defer(transfer=str(transfer), **jobs.trace())
    except AlreadyEnqueued:
        return
