"""What a full disk stopped goes on by itself once there is room: as a new run of the same file."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from haihe.base.jobs import api as jobs
from haihe.data.exchange import disk, places
from haihe.data.exchange.models import NODE, FeedRun, FeedRunMove, Mode, RunState
from haihe.data.exchange.operations.arriving import copy_arrival, drop_arrival
from haihe.data.exchange.operations.receive import check_order, check_time
from haihe.data.exchange.reasons import Failure, FileRefused
from haihe.data.exchange.tasks import process_feed

_PAUSE = timedelta(minutes=5)
"""Between the failure and the next run: a disk that fills again at once must not fill the list of runs too."""
_SAME = ("mode", "resource", "owner", "connector", "source", "format", "filename", "as_of")
_HANDED_IN = ("source_sha256", "size_bytes", "submitted_by", "submitted_name")


def go_on(*, now: datetime) -> int:
    """Take up what a full disk stopped, the oldest first, as long as there is room; return how many runs began.

    What its source brings again by itself isn't taken up here. Changes from a node aren't either: once they fail the
    node is told to send all rows. A file that newer data has overtaken stays as it is.
    """
    stopped = FeedRun.objects.filter(
        state=RunState.FAILED, outcome_code=Failure.DISK_FULL, finished_at__lte=now - _PAUSE
    )
    return sum(_take_up(run, now) for run in stopped.order_by("received_at"))


def _take_up(stopped: FeedRun, now: datetime) -> bool:
    of_a_node = stopped.connector == NODE and stopped.mode == Mode.DELTA
    if stopped.comes_again or of_a_node or not places.received_file(stopped).exists():
        return False
    if not disk.has_room_for(stopped.size_bytes):
        return False
    try:
        check_time(stopped.resource, stopped.as_of, now)
        check_order(stopped.resource, stopped.mode)
    except FileRefused:
        return False
    return _begin(stopped, now)


def _begin(stopped: FeedRun, now: datetime) -> bool:
    told = {name: getattr(stopped, name) for name in (*_SAME, *_HANDED_IN)}
    run = FeedRun(id=uuid4(), queued=True, received_at=now, **told)
    try:
        if copy_arrival(stopped.pk, run.pk) is None:
            return False
    except OSError as error:
        drop_arrival(run.pk)
        if disk.is_full(error):
            return False
        raise
    with transaction.atomic():
        run.save(force_insert=True)
        FeedRunMove.objects.create(run=run, name="receive", target=RunState.RECEIVED, at=now)
        process_feed.configure(queueing_lock=str(run.id)).defer(run_id=str(run.id), **jobs.trace())
    return True
