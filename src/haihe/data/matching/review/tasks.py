"""Background work: linkage runs, and results that end with their grants."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app


@app.task(queue="matching", name="matching.link")
def process_linkage(run_id: str) -> None:
    """Run a linkage to its end. Harmless to run twice."""
    from haihe.data.matching.review.operations.processing import process_linkage_run

    process_linkage_run(UUID(run_id), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="matching", name="matching.link-tidy", queueing_lock="matching.link-tidy")
def tidy(timestamp: int) -> None:
    """End runs whose process died; delete results whose grants are over."""
    from haihe.data.matching.review.operations.ending import end_dead_runs, expire_results

    now = timezone.now()
    end_dead_runs(now=now)
    expire_results(now=now)


# Behind the demo of comparisons, whose people and entries it needs: jobs with one lock follow each other.
@app.task(
    queue="matching",
    name="matching.plant_linkage_demo",
    queueing_lock="matching.plant_linkage_demo",
    lock="matching.plant_demo",
)
def plant_demo() -> None:
    """Lay down the demo's list without identity numbers, link it, and let people begin. Harmless to run twice."""
    from haihe.data.matching.review.demo.laying import lay_down

    lay_down(now=timezone.now())
