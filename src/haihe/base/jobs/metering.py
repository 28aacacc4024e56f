"""How many jobs ran, how they ended, how long they took: for Prometheus; and to which trace each belongs."""

import asyncio
import time
from typing import Any

from procrastinate.exceptions import JobAborted
from procrastinate.job_context import JobContext
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker
from prometheus_client import Counter, Histogram

from haihe.telemetry import tracing
from haihe.telemetry.exposition import REGISTRY

TRACE = "_trace"
JOBS = Counter("haihe_worker_jobs", "Jobs that ended.", ("task", "outcome"), registry=REGISTRY)
SECONDS = Histogram(
    "haihe_worker_job_seconds",
    "How long jobs took.",
    ("task",),
    registry=REGISTRY,
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 7200),
)


def trace() -> dict[str, str]:
    """Return what to give a job along when it is deferred, so that it belongs to the trace of now: nothing, mostly."""
    parent = tracing.traceparent()
    return {TRACE: parent} if parent else {}


async def count_job(call_next: AsyncCallNext, context: JobContext, _worker: Worker) -> Any:
    """Run the job within its trace and count it, however it ends."""
    task, started, outcome = context.job.task_name, time.perf_counter(), "FAILED"
    parent = context.job.task_kwargs.pop(TRACE, "")
    try:
        with tracing.span(f"job {task}", {"haihe.queue": context.job.queue}, kind="CONSUMER", parent=str(parent)):
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
