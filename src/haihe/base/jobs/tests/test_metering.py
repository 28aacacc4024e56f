"""Jobs are counted however they end."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from procrastinate.exceptions import JobAborted

from haihe.base.jobs.metering import count_job
from haihe.telemetry.exposition import REGISTRY

TASK = "jobs.counted_in_a_test"


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("haihe_worker_jobs_total", {"task": TASK, "outcome": outcome}) or 0


def run(ending: BaseException | None) -> Any:
    async def job() -> str:
        if ending is not None:
            raise ending
        return "done"

    context = SimpleNamespace(job=SimpleNamespace(task_name=TASK, queue="tests", task_kwargs={}))
    return asyncio.run(cast("Any", count_job)(job, context, None))


def test_a_job_that_ends_well() -> None:
    before = counted("SUCCEEDED")
    assert run(None) == "done"
    assert counted("SUCCEEDED") == before + 1


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [(ValueError("no"), "FAILED"), (JobAborted(), "ABORTED"), (asyncio.CancelledError(), "ABORTED")],
)
def test_a_job_that_does_not_is_counted_and_still_fails(ending: BaseException, outcome: str) -> None:
    before = counted(outcome)
    with pytest.raises(type(ending)):
        run(ending)
    assert counted(outcome) == before + 1
