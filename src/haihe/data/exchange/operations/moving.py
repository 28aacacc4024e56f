"""One step of a run, and the lock that shows its process is alive."""

from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from haihe.base.jobs import api as jobs
from haihe.data.exchange.endings import tell_ended
from haihe.data.exchange.models import FeedRun, FeedRunMove
from haihe.data.exchange.workflow import FEED_RUN

# The first half of PostgreSQL's two-number advisory locks; the second is made from the run.
_LOCK_SPACE = 0x45584348
_PUBLISH_SPACE = 0x45585055


def move_run(
    run_id: UUID, name: str, *, now: datetime, outcome_code: str = "", outcome: str = "", by: str = ""
) -> FeedRun:
    """Make one move of the workflow and write it down; `by` names the person who made it.

    Raises: ForbiddenMove where the run isn't where it may start.
    """
    with transaction.atomic():
        run = FeedRun.objects.select_for_update().get(pk=run_id)
        move = FEED_RUN.move(run.state, name)
        run.state = move.target
        run.outcome_code, run.outcome = outcome_code, outcome
        if run.state in FEED_RUN.terminal:
            run.finished_at = now
        run.save(update_fields=["state", "outcome_code", "outcome", "finished_at"])
        FeedRunMove.objects.create(run=run, name=name, target=run.state, at=now, by=by)
        if run.is_finished:
            tell_ended(run, now)
        return run


def alive(run_id: UUID) -> AbstractContextManager[bool]:
    """Hold the run's lock on this session; yields False where another process holds it."""
    return jobs.holding(_LOCK_SPACE, str(run_id))


def is_dead(run_id: UUID) -> bool:
    """True if no process works on the run. Call inside a transaction; until its end none can begin."""
    return jobs.nobody_holds(_LOCK_SPACE, str(run_id))


def one_at_a_time(resource: str) -> AbstractContextManager[None]:
    """Wait until no other process or thread publishes for the resource, and keep them waiting meanwhile."""
    return jobs.one_after_the_other(_PUBLISH_SPACE, resource)
