"""Background work: clocks that run out, each day's news, large workbooks."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.data.catalogue.cascade.tasks import exchange, exchange_all

__all__ = ["exchange", "exchange_all", "tell_of_yesterday", "watch_clocks"]


@app.periodic(cron="*/10 * * * *")
@app.task(name="catalogue.watch_clocks", queueing_lock="catalogue.watch_clocks")
def watch_clocks(timestamp: int) -> None:
    """Remind before deadlines, tell the authority past them."""
    from haihe.data.catalogue.operations.watching import watch_clocks as watch

    watch(now=timezone.now())


@app.periodic(cron="10 8 * * *")
@app.task(name="catalogue.tell_of_yesterday", queueing_lock="catalogue.tell_of_yesterday")
def tell_of_yesterday(timestamp: int) -> None:
    """Tell all departments what is new in the catalogue."""
    from haihe.data.catalogue.operations.watching import tell_of_yesterday as tell

    tell(now=timezone.now())


@app.task(name="catalogue.take_in_sheet", queue="catalogue")
def take_in_sheet(pk: str) -> None:
    """Take in a workbook that is too large to wait for. Harmless to run twice."""
    from haihe.data.catalogue.sheets.importing import run_import

    run_import(UUID(pk), now=timezone.now())
