"""One try of a fetch, from its beginning to a received file that the exchange checks, or to what went wrong."""

import logging
from datetime import datetime, timedelta
from traceback import format_tb
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from haihe.data.exchange import api as exchange
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.connectors.ports import Site, Verdict
from haihe.data.exchange.received import Received
from haihe.data.exchange.sources.models import Source, SourceRun, SourceRunState
from haihe.data.exchange.sources.operations import following
from haihe.data.exchange.sources.operations.moving import go_wrong, move_source_run
from haihe.data.exchange.sources.secrets import memory_of, secret_of
from haihe.data.exchange.sources.sink import CentreSink
from haihe.data.exchange.sources.sites import site_of
from haihe.kernel.workflow import ForbiddenMove

logger = logging.getLogger(__name__)
FRESH_FOR: Final = timedelta(hours=20)
"""The same rows again after this long are loaded once more: their owner says anew that they are true."""
_TAKEN: Final = (SourceRunState.PUBLISHED, SourceRunState.UNCHANGED)


def fetch(run_id: UUID, *, now: datetime) -> None:
    """Make one try; does nothing where the fetch isn't waiting, or another process has it."""
    with exchange.alive(run_id) as mine:
        if not mine:
            return
        try:
            run = begin(run_id, now=now)
        except ForbiddenMove:
            return
        site = site_of(run.source.owner, now=now)
        try:
            _try(run, site)
        except FetchFailed as failed:
            _go_wrong(run, failed, site)
        except Exception as error:
            # An error's message may quote a row or an account, so only its kind and the lines of code are logged.
            where = "".join(format_tb(error.__traceback__))
            logger.error("fetch %s failed: %s\n%s", run_id, type(error).__name__, where)
            _go_wrong(run, FetchFailed(Fault.INTERNAL_ERROR), site)


def begin(run_id: UUID, *, now: datetime) -> SourceRun:
    """Begin a try. The file gets a name of its own; what an earlier try kept is taken over. Raises: ForbiddenMove."""
    run = SourceRun.objects.select_related("source").get(pk=run_id)
    earlier, feed_run = run.feed_run, uuid4()
    moved = move_source_run(
        run_id, "begin", now=now, tries=run.tries + 1, began_at=now, next_try_at=None, feed_run=feed_run
    )
    kept = exchange.copy_arrival(earlier, feed_run) if earlier and run.kept_at else None
    if kept is None and run.kept_at:
        SourceRun.objects.filter(pk=run_id).update(kept_at=None)
        moved.kept_at = None
    moved.source = run.source
    return moved


def _try(run: SourceRun, site: Site) -> None:
    settle_ended(run.source, site)
    if run.kept_at is None:
        since = following.since_of(run.source)
        received = _fetch(run, since, site)
        if received is None and since is not None and _is_due_whole(run.source, site.clock()):
            # Nothing has changed for long: all rows, so that their owner says anew that they are true.
            following.forget(run.source)
            received = _fetch(run, None, site)
        if received is None:
            exchange.drop_arrival(_file_of(run))
            move_source_run(run.pk, "find_nothing", now=site.clock(), outcome="没有新数据。", rows=0, size_bytes=0)
            return
    hand_over(run.pk, now=site.clock())
    settle_ended(run.source, site)


def _fetch(run: SourceRun, since: str | None, site: Site) -> Received | None:
    source = run.source
    connector = CONNECTORS[source.connector]
    settings = read_as(source.settings, connector.settings)
    writer = exchange.begin_arrival(_file_of(run))
    sink = CentreSink(run, writer, memory_of(source), site)
    try:
        connector.fetch(settings, secret_of(source), since, sink, site)
    finally:
        if sink.received is None:
            writer.drop()
    return sink.received


def hand_over(run_id: UUID, *, now: datetime) -> SourceRun:
    """Give what was fetched to the exchange, unless it is just what serves already. Raises: ForbiddenMove."""
    run = SourceRun.objects.select_related("source").get(pk=run_id)
    if _is_unchanged(run, now):
        exchange.drop_arrival(_file_of(run))
        return move_source_run(run.pk, "find_unchanged", now=now, outcome="内容与上次采用的相同，没有重复装载。")
    try:
        with transaction.atomic():
            exchange.receive_fetched(_file_of(run), _arrival(run), now=now)
            return move_source_run(run.pk, "hand_over", now=now)
    except exchange.FileRefused as refused:
        told = {"fault": str(refused.code), "outcome": refused.sentence}
    except exchange.NoRules:
        told = {"fault": "NO_RULES", "outcome": "这个数据资源还没有确认的规则，请先确认规则。"}
    exchange.drop_arrival(_file_of(run))
    return move_source_run(run.pk, "refuse", now=now, **told)


def settle_ended(source: Source, site: Site) -> None:
    """Tell the source what became of what it gave before. Raises: FetchFailed."""
    connector = CONNECTORS[source.connector]
    waiting = source.runs.filter(settled=False, ended_at__isnull=False).exclude(token="").order_by("asked_at", "id")
    for run in waiting:
        verdict = Verdict.TAKEN if run.state in _TAKEN else Verdict.REFUSED
        if run.state in (*_TAKEN, SourceRunState.REFUSED):
            settings = read_as(source.settings, connector.settings)
            connector.settle(settings, secret_of(source), run.token, verdict, run.outcome, site)
        SourceRun.objects.filter(pk=run.pk).update(settled=True)


def _is_unchanged(run: SourceRun, now: datetime) -> bool:
    if run.mode != "full" or run.content_sha256 != run.source.content_sha256:
        return False
    serving = exchange.latest_snapshot(run.source.resource)
    # A file has its own time; rows that are asked for say anew that they are true.
    return serving is not None and (bool(run.token) or not _is_old(run.source.resource, now))


def _is_due_whole(source: Source, now: datetime) -> bool:
    return following.brings_all_rows(source) and _is_old(source.resource, now)


def _is_old(resource: str, now: datetime) -> bool:
    serving = exchange.latest_snapshot(resource)
    return serving is not None and now - serving.as_of >= FRESH_FOR


def _arrival(run: SourceRun) -> exchange.Arrival:
    source = run.source
    return exchange.Arrival(
        source=source.pk,
        title=source.title,
        connector=source.connector,
        owner=source.owner,
        resource=source.resource,
        filename=run.filename,
        format=run.format,
        mode=run.mode,
        as_of=run.as_of or run.asked_at,
        received=Received(run.content_sha256, run.size_bytes),
    )


def _go_wrong(run: SourceRun, failed: FetchFailed, site: Site) -> None:
    # What was kept may be nowhere else any more: the next try takes it over.
    if not SourceRun.objects.filter(pk=run.pk, kept_at__isnull=False).exists():
        exchange.drop_arrival(_file_of(run))
    try:
        go_wrong(run, failed, now=site.clock())
    except ForbiddenMove:
        logger.warning("fetch %s had ended already", run.pk)


def _file_of(run: SourceRun) -> UUID:
    assert run.feed_run is not None  # noqa: S101 - given as the try begins
    return run.feed_run
