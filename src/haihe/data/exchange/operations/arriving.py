"""Taking in what a source has fetched. From here on it is a run like any other."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from haihe.base.jobs import api as jobs
from haihe.base.keys.api import keyring
from haihe.data.exchange import places
from haihe.data.exchange.lake import remove
from haihe.data.exchange.models import FeedRun, FeedRunMove, RunState
from haihe.data.exchange.operations.receive import check_order, check_time, format_of, plain_name
from haihe.data.exchange.quality.api import rules_of
from haihe.data.exchange.received import Received, SealedWriter, open_sealed
from haihe.data.exchange.records import FeedRunInfo, feed_run_info
from haihe.data.exchange.tasks import process_feed

MOST_FETCHED_BYTES = 64 * 1024**3


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was fetched, and by which source. An empty `format` is found out from the content."""

    source: UUID
    title: str
    connector: str
    owner: str
    resource: str
    filename: str
    format: str
    mode: str
    as_of: datetime
    received: Received


def begin_arrival(run_id: UUID) -> SealedWriter:
    """Return where to write a file that the run of this id will process; what lay there before is gone."""
    file = places.received_file(FeedRun(id=run_id))
    remove(file.parent)
    file.parent.mkdir(parents=True, mode=0o700)
    return SealedWriter(file, keyring=keyring(), context=f"feed:{run_id}", most_bytes=MOST_FETCHED_BYTES)


def drop_arrival(run_id: UUID) -> None:
    """Remove what was written for a run that won't be."""
    if not FeedRun.objects.filter(pk=run_id).exists():
        remove(places.received_file(FeedRun(id=run_id)).parent)


def copy_arrival(failed_id: UUID, run_id: UUID) -> Received | None:
    """Write the kept file of a failed run for another one; None where it isn't kept any more."""
    file = places.received_file(FeedRun(id=failed_id))
    if not file.exists():
        return None
    writer = begin_arrival(run_id)
    for piece in open_sealed(file, keyring=keyring(), context=f"feed:{failed_id}")():
        writer.write(piece)
    received = writer.finish()
    file.unlink()
    return received


@transaction.atomic
def receive_fetched(run_id: UUID, arrival: Arrival, *, now: datetime) -> FeedRunInfo:
    """Make the run of what `begin_arrival` took, and give it to the worker. The system acts; the source is on record.

    Raises: NoRules, FileRefused.
    """
    schema = rules_of(arrival.resource)
    check_time(arrival.resource, arrival.as_of, now)
    check_order(arrival.resource, arrival.mode)
    run = FeedRun(
        id=run_id,
        resource=schema.resource,
        owner=arrival.owner,
        connector=arrival.connector,
        source=arrival.source,
        format=arrival.format,
        mode=arrival.mode,
        filename=plain_name(arrival.filename),
        source_sha256=arrival.received.sha256,
        size_bytes=arrival.received.size_bytes,
        submitted_name=arrival.title[:64],
        received_at=now,
        as_of=arrival.as_of,
        queued=True,
    )
    run.format = run.format or format_of(run)
    run.save(force_insert=True)
    FeedRunMove.objects.create(run=run, name="receive", target=RunState.RECEIVED, at=now)
    process_feed.configure(queueing_lock=str(run.id)).defer(run_id=str(run.id), **jobs.trace())
    return feed_run_info(run)
