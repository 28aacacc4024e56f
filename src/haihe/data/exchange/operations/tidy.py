"""After crashes: runs whose process died are ended, and what nobody will ask for is removed."""

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from haihe.base.jobs import api as jobs
from haihe.data.exchange import lake, places
from haihe.data.exchange.models import TERMINAL_STATES, FeedRun, RunState, Snapshot
from haihe.data.exchange.operations.moving import is_dead, move_run
from haihe.data.exchange.reasons import FAILURES, Failure
from haihe.data.exchange.tasks import process_feed

_GRACE = timedelta(minutes=2)
RECEIVED_KEPT_FOR = timedelta(days=7)


def tidy_up(*, now: datetime) -> list[FeedRun]:
    """End dead runs, offer waiting ones to the worker again, remove leftovers; return the runs that were ended."""
    ended = end_dead_runs(now=now)
    _offer_again(now)
    _remove_leftovers(now)
    return ended


def end_dead_runs(*, now: datetime) -> list[FeedRun]:
    """Mark as failed every begun run that no living process works on."""
    begun = FeedRun.objects.filter(state__in=[RunState.READING, RunState.CHECKED])
    inline = FeedRun.objects.filter(state=RunState.RECEIVED, queued=False, received_at__lt=now - _GRACE)
    return [run for found in (*begun, *inline) if (run := _end_if_dead(found, now)) is not None]


def _end_if_dead(found: FeedRun, now: datetime) -> FeedRun | None:
    with transaction.atomic():
        state = FeedRun.objects.select_for_update().values_list("state", flat=True).get(pk=found.pk)
        if state in TERMINAL_STATES or not is_dead(found.pk):
            return None
        run = move_run(
            found.pk, "fail", now=now, outcome_code=Failure.INTERRUPTED, outcome=FAILURES[Failure.INTERRUPTED]
        )
    lake.remove(places.work_folder(run))
    return run


def _offer_again(now: datetime) -> None:
    """A worker killed between taking a job and beginning its run leaves the run waiting for nobody."""
    waiting = FeedRun.objects.filter(state=RunState.RECEIVED, queued=True, received_at__lt=now - _GRACE)
    for run in waiting:
        try:
            with transaction.atomic():
                process_feed.configure(queueing_lock=str(run.id)).defer(run_id=str(run.id), **jobs.trace())
        except AlreadyEnqueued:
            continue


def _remove_leftovers(now: datetime) -> None:
    """Forget received files of failed runs after a week, and folders that a killed process put in place unpublished."""
    for run in FeedRun.objects.filter(state=RunState.FAILED, finished_at__lt=now - RECEIVED_KEPT_FOR):
        places.received_file(run).unlink(missing_ok=True)
    for run in FeedRun.objects.filter(state=RunState.FAILED, finished_at__gte=now - RECEIVED_KEPT_FOR):
        if not Snapshot.objects.filter(pk=run.snapshot_name).exists():
            lake.remove(places.data_dir() / places.lake_folder(run))
            lake.remove(places.data_dir() / places.index_folder(run))
