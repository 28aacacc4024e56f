"""Asking for a fetch: at its time, or by hand."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from haihe.base.accounts.api import Actor
from haihe.base.jobs import api as jobs
from haihe.data.exchange.sources.models import UNFINISHED, Cause, Source, SourceRun, SourceRunMove
from haihe.data.exchange.sources.queries import kept_source
from haihe.data.exchange.sources.tasks import fetch_source
from haihe.data.exchange.sources.workflow import SOURCE_RUN


class AlreadyFetching(Exception):
    """The source's last fetch hasn't ended yet."""


@transaction.atomic
def start(source: Source, cause: Cause, *, now: datetime, by: str = "") -> SourceRun:
    """Write the fetch down and give it to the worker. Raises: AlreadyFetching."""
    if source.runs.filter(state__in=UNFINISHED).exists():
        raise AlreadyFetching
    run = SourceRun(source=source, cause=cause, asked_by=by, asked_at=now, state=SOURCE_RUN.initial)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        raise AlreadyFetching from None
    SourceRunMove.objects.create(run=run, name="ask", target=run.state, at=now, by=by)
    fetch_source.configure(queueing_lock=f"source:{run.pk}").defer(run_id=str(run.pk), **jobs.trace())
    return run


def fetch_now(actor: Actor, source_id: UUID, *, now: datetime) -> SourceRun:
    """Fetch a source now, paused or not. Raises: NotPermitted, AlreadyFetching."""
    source = kept_source(actor, source_id)
    return start(source, Cause.BY_HAND, now=now, by=actor.name)
