"""The lock that shows that a run's process is alive, and how a run ends by itself."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from haihe.base.accounts.api import SYSTEM
from haihe.base.jobs import api as jobs
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.moving import make_move
from haihe.data.matching.workflow import MatchRunState, Part

_LOCK_SPACE: Final = 0x4D415443
_OPEN: Final = (MatchRunState.QUEUED, MatchRunState.RUNNING)


def locked_run(pk: UUID) -> MatchRun:
    return MatchRun.objects.select_for_update(of=("self",)).select_related("version__model").get(pk=pk)


def fail_run(run: MatchRun, sentence: str, *, now: datetime) -> None:
    """End it as failed unless it has ended already."""
    with transaction.atomic():
        locked = locked_run(run.pk)
        if locked.state in _OPEN:
            end_run(locked, "fail", sentence, now=now)


def end_run(run: MatchRun, name: str, sentence: str, *, now: datetime) -> None:
    """Make a move that ends the run; the row is locked by the caller."""
    make_move(run, SYSTEM, name, {Part.SYSTEM}, now=now)
    run.outcome, run.ended_at = sentence, now
    run.save()


def alive(run_id: UUID) -> AbstractContextManager[bool]:
    """Hold the run's lock on this session; yields False where another process holds it."""
    return jobs.holding(_LOCK_SPACE, str(run_id))


def is_dead(run_id: UUID) -> bool:
    """True if no process works on the run. Call inside a transaction; until its end none can begin."""
    return jobs.nobody_holds(_LOCK_SPACE, str(run_id))
