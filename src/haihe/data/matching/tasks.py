"""Background work: runs, and what ends by itself."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app


@app.task(queue="matching", name="matching.process")
def process_match(run_id: str) -> None:
    """Run a comparison to its end. Harmless to run twice."""
    from haihe.data.matching.operations.processing import process_run

    process_run(UUID(run_id), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="matching", name="matching.tidy", queueing_lock="matching.tidy")
def tidy(timestamp: int) -> None:
    """End runs whose process died; delete results whose grants are over; begin what is due."""
    from haihe.data.matching.operations.ending import end_dead_runs, expire_results
    from haihe.data.matching.operations.scheduling import run_due

    now = timezone.now()
    end_dead_runs(now=now)
    expire_results(now=now)
    run_due(now=now)


@app.task(queue="matching", name="matching.plant_demo", queueing_lock="matching.plant_demo", lock="matching.plant_demo")
def plant_demo() -> None:
    """Lay down the demo's registers, grants and models. Harmless to run twice."""
    from haihe.data.matching.demo.laying import lay_down

    lay_down(now=timezone.now())
