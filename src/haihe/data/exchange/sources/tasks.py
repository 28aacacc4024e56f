"""Background work of sources."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app


@app.task(queue="exchange", name="exchange.fetch_source")
def fetch_source(run_id: str) -> None:
    """Make one try of a fetch. Harmless to run twice."""
    from haihe.data.exchange.sources.operations.fetching import fetch

    fetch(UUID(run_id), now=timezone.now())


@app.task(queue="exchange", name="exchange.settle_source")
def settle_source(source_id: str) -> None:
    """Tell a source what became of its files."""
    from haihe.data.exchange.sources.operations.settling import settle

    settle(UUID(source_id), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="exchange", name="exchange.sweep_sources", queueing_lock="exchange.sweep_sources")
def sweep_sources(timestamp: int) -> None:
    """Begin what is due, offer what waits, take up what died."""
    from haihe.data.exchange.sources.operations.sweeping import sweep

    sweep(now=timezone.now())
