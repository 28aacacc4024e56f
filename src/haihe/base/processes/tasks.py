"""Background work of processes: sweep each minute, and at once where a program is awaited."""

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.base.processes.sweeping import sweep


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="processes.sweep", queue="base", name="processes.sweep")
def sweep_due(timestamp: int) -> None:
    sweep(now=timezone.now())


@app.task(queue="base", name="processes.go_on")
def go_on(case: str) -> None:
    """Run the programs that a case has come to; it names the job, so that one waits for each case."""
    sweep(now=timezone.now())
