"""Background work: runs, and what begins or takes them up each minute."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app


@app.task(queue="harvest", name="harvest.run")
def run(run_id: str) -> None:
    """Go on with a run. Harmless to run twice."""
    from haihe.data.harvest.operations import go_on

    if go_on(UUID(run_id), clock=timezone.now):
        run.defer(run_id=run_id)


@app.task(queue="harvest", name="harvest.withdraw", retry=5)
def withdraw(run_id: str) -> None:
    """Withdraw copies of what is no longer open. Harmless to run twice."""
    from haihe.data.harvest.operations.withdrawing import withdraw_copies

    withdraw_copies(UUID(run_id))


@app.periodic(cron="* * * * *")
@app.task(queue="harvest", name="harvest.sweep", queueing_lock="harvest.sweep")
def sweep(timestamp: int) -> None:
    """Begin what is due, take up what died."""
    from haihe.data.harvest.operations import sweep as found

    for pk in found(now=timezone.now()):
        run.defer(run_id=str(pk))
