"""Every minute: what is due begins, what waits for another try gets it, and what died is taken up again."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from haihe.base.jobs import api as jobs
from haihe.data.exchange import api as exchange
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.sources.models import UNFINISHED, Cause, Source, SourceRun, SourceRunState
from haihe.data.exchange.sources.operations.ending import feed_run_ended
from haihe.data.exchange.sources.operations.fetching import hand_over
from haihe.data.exchange.sources.operations.moving import go_wrong
from haihe.data.exchange.sources.operations.settling import offer_to_settle
from haihe.data.exchange.sources.operations.starting import start
from haihe.data.exchange.sources.schedules import next_due
from haihe.data.exchange.sources.tasks import fetch_source
from haihe.kernel.workflow import ForbiddenMove

_GRACE: Final = timedelta(minutes=2)


def sweep(*, now: datetime) -> list[SourceRun]:
    """Return the fetches that were begun now."""
    recover(now=now)
    begun = start_due(now=now)
    offer_waiting(now=now)
    settle_later(now=now)
    return begun


def start_due(*, now: datetime) -> list[SourceRun]:
    """Begin a fetch for each source that is due; two sweeps at once never begin the same one twice."""
    begun = []
    with transaction.atomic():
        busy = SourceRun.objects.filter(state__in=UNFINISHED).values("source")
        due = Source.objects.filter(paused=False, next_due__lte=now).exclude(pk__in=busy)
        for source in due.order_by("next_due").select_for_update(skip_locked=True):
            more = source.runs.filter(complete=False).order_by("-asked_at").values_list("pk", flat=True)[:1]
            newest = source.runs.order_by("-asked_at").values_list("pk", flat=True)[:1]
            cause = Cause.MORE if more and list(more) == list(newest) else Cause.SCHEDULE
            source.next_due = next_due(source.schedule, working_days=source.working_days, after=now)
            source.save(update_fields=["next_due"])
            begun.append(start(source, cause, now=now))
    return begun


def offer_waiting(*, now: datetime) -> None:
    """Give the worker what waits for its next try, and what no worker took."""
    waiting = SourceRun.objects.filter(state=SourceRunState.WAITING)
    again = waiting.filter(next_try_at__lte=now)
    forgotten = waiting.filter(next_try_at=None, asked_at__lt=now - _GRACE)
    for run_id in [*again.values_list("pk", flat=True), *forgotten.values_list("pk", flat=True)]:
        try:
            with transaction.atomic():
                fetch_source.configure(queueing_lock=f"source:{run_id}").defer(run_id=str(run_id), **jobs.trace())
        except AlreadyEnqueued:
            continue


def recover(*, now: datetime) -> None:
    """Take up fetches whose process died: hand over what was kept already, try the rest again."""
    for run in SourceRun.objects.filter(state=SourceRunState.FETCHING):
        _recover_fetching(run.pk, now)
    for run in SourceRun.objects.filter(state=SourceRunState.HANDED_OVER):
        feed_run = FeedRun.objects.filter(pk__in=[run.feed_run]).first()
        if feed_run is not None and feed_run.is_finished:
            with transaction.atomic():
                feed_run_ended(feed_run, now)


def _recover_fetching(run_id: UUID, now: datetime) -> None:
    with transaction.atomic():
        run = SourceRun.objects.select_for_update().get(pk=run_id)
        if run.state != SourceRunState.FETCHING or not exchange.is_dead(run_id):
            return
        try:
            if run.kept_at is not None:
                hand_over(run_id, now=now)
                return
            if run.feed_run is not None:
                exchange.drop_arrival(run.feed_run)
            go_wrong(run, FetchFailed(Fault.INTERRUPTED), now=now)
        except ForbiddenMove:
            return


def settle_later(*, now: datetime) -> None:
    """Offer to tell sources what became of their files, where the fetch's own process couldn't."""
    unsettled = SourceRun.objects.filter(settled=False, ended_at__isnull=False, ended_at__gt=now - timedelta(days=7))
    for source_id in set(unsettled.exclude(token="").values_list("source", flat=True)):
        offer_to_settle(source_id)
