"""What ends without anybody's doing: runs whose process died, results whose grants are over."""

import shutil
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.data.matching import places
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.lapsing import lapse_leads
from haihe.data.matching.operations.living import end_run, is_dead, locked_run
from haihe.data.matching.workflow import MatchRunState
from haihe.data.sharing import api as sharing

_ENDED_GRANTS: Final = frozenset({"TERMINATED", "EXPIRED"})


def end_dead_runs(*, now: datetime) -> int:
    """End as failed what no living process works on; return how many."""
    ended = 0
    for pk in MatchRun.objects.filter(state=MatchRunState.RUNNING).values_list("pk", flat=True):
        with transaction.atomic():
            run = locked_run(pk)
            if run.state == MatchRunState.RUNNING and is_dead(pk):
                end_run(run, "fail", _("运行中断了（服务重启或者机器故障），可以重新运行。"), now=now)
                # What it had put in place isn't anybody's result.
                shutil.rmtree(places.result_folder(run), ignore_errors=True)
                shutil.rmtree(places.work_folder(run), ignore_errors=True)
                ended += 1
    return ended


def expire_results(*, now: datetime) -> int:
    """Delete results whose grants have ended, also before their time; return how many."""
    done = MatchRun.objects.filter(state=MatchRunState.DONE)
    return sum(_expire(run.pk, now) for run in done if is_over(run, now))


def is_over(run: MatchRun, now: datetime) -> bool:
    """True if its time has come, or a grant that fed it isn't in force any more."""
    if run.expires_at is None or run.expires_at <= now:
        return True
    held = [sharing.grant(UUID(one["grant"])) for one in run.inputs if one["grant"]]
    return any(grant is None or grant.state in _ENDED_GRANTS for grant in held)


def _expire(pk: UUID, now: datetime) -> bool:
    with transaction.atomic():
        run = locked_run(pk)
        if run.state != MatchRunState.DONE:
            return False
        end_run(run, "expire", run.outcome, now=now)
        lapse_leads(run, now=now)
    shutil.rmtree(places.result_folder(run), ignore_errors=True)
    return True
