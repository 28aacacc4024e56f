"""How many jobs ran, how they ended, how long they took: for Prometheus."""

import asyncio
import time
from typing import Any

from procrastinate.exceptions import JobAborted
from procrastinate.job_context import JobContext
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker
from prometheus_client import Counter, Histogram

from haihe.telemetry.exposition import REGISTRY

JOBS = Counter("haihe_worker_jobs", "Jobs that ended.", ("task", "outcome"), registry=REGISTRY)
SECONDS = Histogram(
    "haihe_worker_job_seconds",
    "How long jobs took.",
    ("task",),
    registry=REGISTRY,
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 7200),
)


async def count_job(call_next: AsyncCallNext, context: JobContext, _worker: Worker) -> Any:
    """Run the job and count it, however it ends."""
    task, started, outcome = context.job.task_name, time.perf_counter(), "FAILED"
    try:
        result = await call_next()
        outcome = "SUCCEEDED"
    except (JobAborted, asyncio.CancelledError):
        outcome = "ABORTED"
        raise
    else:
        return result
    finally:
        JOBS.labels(task, outcome).inc()
        SECONDS.labels(task).observe(time.perf_counter() - started)
