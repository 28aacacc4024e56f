"""A run of the exchange ends, and with it the fetch that brought its file: in one transaction, watermark included."""

from datetime import datetime
from typing import Any

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.reasons import Failure
from haihe.data.exchange.sources.models import SourceRun, SourceRunState
from haihe.data.exchange.sources.operations.moving import go_wrong, move_source_run
from haihe.data.exchange.sources.operations.settling import offer_to_settle


def feed_run_ended(feed_run: FeedRun, now: datetime) -> None:
    """Called inside the transaction that ends any run of the exchange."""
    if feed_run.source is None:
        return
    run = SourceRun.objects.filter(feed_run=feed_run.pk, state=SourceRunState.HANDED_OVER).first()
    if run is not None:
        _end(run, feed_run, now)


def _end(run: SourceRun, feed_run: FeedRun, now: datetime) -> None:
    if run.token and feed_run.state != RunState.FAILED:
        offer_to_settle(run.source_id)
    counts: dict[str, Any] = {"rows_accepted": feed_run.rows_accepted, "rows_rejected": feed_run.rows_rejected}
    # Of a file nobody knows how many rows it has before it is read.
    counts["rows"] = run.rows or feed_run.rows_in
    if feed_run.state == RunState.PUBLISHED:
        move_source_run(run.pk, "publish", now=now, outcome=feed_run.outcome, **counts)
    elif feed_run.state == RunState.REJECTED:
        told: dict[str, Any] = {"fault": feed_run.outcome_code, "outcome": feed_run.outcome}
        move_source_run(run.pk, "refuse", now=now, **told, **counts)
    else:
        passing = feed_run.outcome_code in (Failure.INTERRUPTED, Failure.STORE_AWAY)
        fault = Fault.INTERRUPTED if passing else Fault.INTERNAL_ERROR
        if feed_run.outcome_code == Failure.DISK_FULL:
            fault = Fault.STORE_FULL
        go_wrong(run, FetchFailed(fault), now=now)
