"""How a linkage ends: by a failure, a process that died, or the first grant that is over."""

import shutil
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.jobs import api as jobs
from haihe.data.matching.review import places
from haihe.data.matching.review.models import LinkageRun
from haihe.data.matching.review.workflow import LinkageRunState
from haihe.data.sharing import api as sharing

_LOCK_SPACE: Final = 0x4C494E4B
_ENDED_GRANTS: Final = frozenset({"TERMINATED", "EXPIRED"})


def alive(run_id: UUID) -> AbstractContextManager[bool]:
    """Hold the run's lock on this session; yields False where another process holds it."""
    return jobs.holding(_LOCK_SPACE, str(run_id))


def fail_run(run: LinkageRun, sentence: str, *, now: datetime) -> None:
    """End it as failed unless it has ended already."""
    open_ones = LinkageRun.objects.filter(pk=run.pk, state__in=(LinkageRunState.QUEUED, LinkageRunState.RUNNING))
    open_ones.update(state=LinkageRunState.FAILED, outcome=sentence, ended_at=now)


def end_dead_runs(*, now: datetime) -> int:
    """End as failed what no living process works on; return how many."""
    ended = 0
    for run in LinkageRun.objects.filter(state=LinkageRunState.RUNNING):
        with transaction.atomic():
            locked = LinkageRun.objects.select_for_update().get(pk=run.pk)
            if locked.state == LinkageRunState.RUNNING and jobs.nobody_holds(_LOCK_SPACE, str(run.pk)):
                fail_run(locked, _("运行中断了（服务重启或者机器故障），可以重新运行。"), now=now)
                # What it had put in place isn't anybody's result.
                shutil.rmtree(places.result_folder(run), ignore_errors=True)
                shutil.rmtree(places.work_folder(run), ignore_errors=True)
                ended += 1
    return ended


def expire_results(*, now: datetime) -> int:
    """Delete what results say of persons once a grant is over; verdicts stay, without a value. Return how many."""
    done = [run for run in LinkageRun.objects.filter(state=LinkageRunState.DONE) if is_over(run, now)]
    for run in done:
        with transaction.atomic():
            locked = LinkageRun.objects.select_for_update().get(pk=run.pk)
            locked.pairs.update(sealed=None, left_subject=None, right_subject=None)
            locked.state, locked.ended_at = LinkageRunState.EXPIRED, now
            locked.save(update_fields=["state", "ended_at"])
        shutil.rmtree(places.result_folder(run), ignore_errors=True)
    return len(done)


def is_over(run: LinkageRun, now: datetime) -> bool:
    """True if its time has come, or a grant that fed it isn't in force any more."""
    if run.expires_at is None or run.expires_at <= now:
        return True
    held = [sharing.grant(UUID(one["grant"])) for one in run.inputs if one["grant"]]
    return any(grant is None or grant.state in _ENDED_GRANTS for grant in held)
