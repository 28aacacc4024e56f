"""Background work: large files, and tidying after crashes."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app


@app.task(queue="exchange", name="exchange.process_feed")
def process_feed(run_id: str) -> None:
    """Process a received file to its end. Harmless to run twice."""
    from haihe.data.exchange.operations.process import process_run

    process_run(UUID(run_id), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="exchange", name="exchange.tidy", queueing_lock="exchange.tidy")
def tidy(timestamp: int) -> None:
    """End runs whose process died, hand out again what no worker took, remove what nobody needs any more."""
    from haihe.data.exchange.operations.tidy import tidy_up

    tidy_up(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="exchange", name="exchange.go_on", queueing_lock="exchange.go_on")
def go_on(timestamp: int) -> None:
    """Process what a full disk stopped, once there is room."""
    from haihe.data.exchange.operations import going_on

    going_on.go_on(now=timezone.now())
