"""Telling a source what became of its files, apart from its next fetch."""

import contextlib
import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from haihe.base.jobs import api as jobs
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.sources.models import Source
from haihe.data.exchange.sources.operations.fetching import settle_ended
from haihe.data.exchange.sources.sites import site_of
from haihe.data.exchange.sources.tasks import settle_source

logger = logging.getLogger(__name__)


def offer_to_settle(source_id: UUID) -> None:
    """Let the worker tell it, within the caller's transaction."""
    # An error of the queue's lock must not undo the caller's work.
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        settle_source.configure(queueing_lock=f"settle:{source_id}").defer(source_id=str(source_id), **jobs.trace())


def settle(source_id: UUID, *, now: datetime) -> None:
    """Tell it; what can't be told now is told with the next sweep, for a week."""
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        return
    try:
        settle_ended(source, site_of(source.owner, now=now))
    except FetchFailed as failed:
        logger.warning("source %s can't be told: %s", source_id, failed.fault)
