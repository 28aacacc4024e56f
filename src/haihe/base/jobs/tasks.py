"""The queue's own housekeeping."""

import logging
from datetime import UTC, datetime

from procrastinate import JobContext
from procrastinate.contrib.django import app

_log = logging.getLogger("haihe.jobs")
_KEEP_HOURS = 72


@app.periodic(cron="* * * * *")
@app.task(name="jobs.revive", queue="base", queueing_lock="jobs.revive", pass_context=True)
async def revive(context: JobContext, timestamp: int) -> None:
    """Hand out again the jobs of workers that were killed."""
    for job in await context.app.job_manager.get_stalled_jobs():
        _log.warning("job %s (%s) lost its worker and is handed out again", job.id, job.task_name)
        await context.app.job_manager.retry_job(job, retry_at=datetime.now(UTC))


@app.periodic(cron="50 3 * * *")
@app.task(name="jobs.forget_old", queue="base", queueing_lock="jobs.forget_old", pass_context=True)
async def forget_old(context: JobContext, timestamp: int) -> None:
    """Forget finished jobs, failed ones included, after three days."""
    await context.app.job_manager.delete_old_jobs(nb_hours=_KEEP_HOURS, include_failed=True)
