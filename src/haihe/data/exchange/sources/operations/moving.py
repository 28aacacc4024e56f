"""One step of a fetch, and what every end does to its source."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.sources.models import Source, SourceRun, SourceRunMove, SourceRunState
from haihe.data.exchange.sources.telling import tell_failing
from haihe.data.exchange.sources.workflow import SOURCE_RUN

MOST_TRIES: Final = 5
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=1)
_WENT_WRONG: Final = {SourceRunState.REFUSED, SourceRunState.FAILED}
_WENT_WELL: Final = {SourceRunState.PUBLISHED, SourceRunState.UNCHANGED, SourceRunState.NOTHING_NEW}


@transaction.atomic
def move_source_run(
    run_id: UUID, name: str, *, now: datetime, by: str = "", fault: str = "", **fields: Any
) -> SourceRun:
    """Make one move and write it down, with other fields of the run. Raises: ForbiddenMove."""
    run = SourceRun.objects.select_for_update().get(pk=run_id)
    move = SOURCE_RUN.move(run.state, name)
    run.state, run.fault = move.target, fault
    for field, value in fields.items():
        setattr(run, field, value)
    if run.state in SOURCE_RUN.terminal:
        run.ended_at, run.next_try_at = now, None
        _tell_source(run, now)
    run.save()
    SourceRunMove.objects.create(run=run, name=name, target=run.state, fault=fault, at=now, by=by)
    return run


def go_wrong(run: SourceRun, failed: FetchFailed, *, now: datetime) -> SourceRun:
    """Let the fetch wait for another try where one may help, and end it where not. Raises: ForbiddenMove."""
    told: dict[str, Any] = {"fault": failed.fault, "leg": failed.leg, "outcome": failed.sentence}
    if failed.is_transient and run.tries < MOST_TRIES:
        return move_source_run(run.pk, "try_again", now=now, next_try_at=now + wait_after(run.tries, failed), **told)
    return move_source_run(run.pk, "fail", now=now, **told)


def wait_after(tries: int, failed: FetchFailed | None = None) -> timedelta:
    """Return how long the next try waits: twice as long each time, as long as the source asks, an hour at most."""
    wait: timedelta = _FIRST_WAIT * 2 ** max(0, tries - 1)
    if failed is not None and failed.retry_after_s is not None:
        wait = max(wait, timedelta(seconds=failed.retry_after_s))
    return min(wait, _LONGEST_WAIT)


def _tell_source(run: SourceRun, now: datetime) -> None:
    source = Source.objects.select_for_update().get(pk=run.source_id)
    if run.state in _WENT_WELL:
        source.failures = 0
        _take_up(source, run, now)
    elif run.state in _WENT_WRONG:
        source.failures += 1
        if source.failures == source.tell_after:
            tell_failing(source, run, now=now)
    source.save(update_fields=["failures", "watermark", "content_sha256", "next_due"])


def _take_up(source: Source, run: SourceRun, now: datetime) -> None:
    """Remember how far the source is read, in the transaction in which it counts."""
    if run.state == SourceRunState.NOTHING_NEW:
        return
    source.watermark = run.watermark
    source.content_sha256 = run.content_sha256 if run.mode == "full" else ""
    if not run.complete and source.schedule and not source.paused:
        source.next_due = now
