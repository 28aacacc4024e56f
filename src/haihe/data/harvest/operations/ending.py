"""The end of a run: done, held because too much is gone, or failed with a reason."""

from datetime import datetime
from math import ceil
from typing import Final
from uuid import UUID

from django.db import transaction

from haihe.base.accounts.api import SYSTEM
from haihe.data.harvest.models import Change, Direction, HarvestItem, HarvestRun
from haihe.data.harvest.operations.recording import move_run
from haihe.data.harvest.telling import tell_of_end
from haihe.data.harvest.workflow import RunState

FEW: Final = 3
"""So many may always go."""
_KEPT_RUNS: Final = 50


@transaction.atomic
def finish(run_id: UUID, gone: list[tuple[str, str]] | None, *, now: datetime) -> None:
    """End a run that read the last page. `gone` None: it wasn't whole, so nothing can be said of what is gone."""
    run = HarvestRun.objects.select_for_update().select_related("catalogue").get(pk=run_id)
    is_held = False
    run.is_complete = gone is not None
    if gone is not None:
        is_held = _too_many(run, len(gone))
        HarvestItem.objects.bulk_create(
            HarvestItem(run=run, remote_id=remote_id, title=title[:200], change=Change.GONE)
            for remote_id, title in gone
        )
        run.gone = len(gone)
    run.items.filter(change=Change.UNCHANGED).delete()
    if not run.is_dry and is_held:
        move_run(run, SYSTEM, "hold")
    else:
        move_run(run, SYSTEM, "finish")
        if not run.is_dry:
            take_down(run, now=now)
    run.finished_at = run.beats_at = now
    run.save()
    _forget_old(run)
    tell_of_end(run, now=now)


@transaction.atomic
def fail(run_id: UUID, problem: str, detail: str, *, now: datetime) -> None:
    """End a run that can't go on; it may be taken up again where it stopped."""
    run = HarvestRun.objects.select_for_update().select_related("catalogue").get(pk=run_id)
    if run.state != RunState.RUNNING:
        return
    move_run(run, SYSTEM, "fail")
    run.problem, run.detail, run.finished_at, run.beats_at = problem, detail[:200], now, now
    run.save()
    tell_of_end(run, now=now)


def take_down(run: HarvestRun, *, now: datetime) -> None:
    """Let go of what the run found gone: here at once; copies elsewhere are withdrawn by the worker."""
    gone = run.items.filter(change=Change.GONE).values("remote_id")
    if run.catalogue.direction == Direction.IN:
        run.catalogue.datasets.filter(remote_id__in=gone, gone_at__isnull=True).update(gone_at=now)
    elif run.gone:
        from haihe.data.harvest.tasks import withdraw

        withdraw.defer(run_id=str(run.pk))


def _too_many(run: HarvestRun, gone: int) -> bool:
    row = run.catalogue
    standing = (
        row.copies.count() if row.direction == Direction.OUT else row.datasets.filter(gone_at__isnull=True).count()
    )
    return gone > max(FEW, ceil(standing * row.most_gone_percent / 100))


def _forget_old(run: HarvestRun) -> None:
    old = run.catalogue.runs.order_by("-started_at").values_list("pk", flat=True)[_KEPT_RUNS:]
    run.catalogue.runs.filter(pk__in=list(old)).delete()
