"""A received file to its end: the run always gets a terminal state, and the last good snapshot keeps serving."""

import logging
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from time import monotonic
from traceback import format_tb
from typing import Any
from uuid import UUID

from haihe.base.keys.api import keyring
from haihe.data.exchange import disk, ingest, places
from haihe.data.exchange.bucket import BucketAway
from haihe.data.exchange.counts import Counts
from haihe.data.exchange.deltas.base import base_of
from haihe.data.exchange.formats import FORMATS
from haihe.data.exchange.lake import DATA, remove
from haihe.data.exchange.models import PART_LENGTH, FeedRun, Mode, RunState
from haihe.data.exchange.operations.holding import hold_for_columns, hold_for_content
from haihe.data.exchange.operations.moving import alive, move_run, one_at_a_time
from haihe.data.exchange.operations.publish import BaseChanged, hold, publish
from haihe.data.exchange.operations.refusing import refusal_of
from haihe.data.exchange.operations.renew_key import writing_key
from haihe.data.exchange.ports import SourceFacts
from haihe.data.exchange.quality import api as quality
from haihe.data.exchange.reasons import FAILURES, Failure, FileRefused
from haihe.data.exchange.received import open_sealed
from haihe.data.exchange.warned import note_warned
from haihe.kernel.keyring import KeyringError
from haihe.kernel.workflow import ForbiddenMove

logger = logging.getLogger(__name__)
_PROGRESS_EVERY_S = 0.5

_CHECKS = {Mode.FULL: ingest.check_source, Mode.DELTA: ingest.check_changes}

type Watch = Callable[[float], None]


class Overtaken(Exception):
    """The run was ended by somebody else while this process worked on it."""


class Clock:
    """`now` as given, moving on with the work."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._started = monotonic()

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=monotonic() - self._started)


def process_run(run_id: UUID, *, now: datetime, watch: Watch = lambda _: None) -> None:
    """Read, check and publish a received file; does nothing where the run has begun or ended already.

    `watch` hears now and then which share of the file has been read, 0 to 1.
    """
    clock = Clock(now)
    with alive(run_id) as mine:
        if not mine:
            return
        try:
            run = move_run(run_id, "begin", now=clock())
        except ForbiddenMove:
            return
        try:
            _work(run, clock, watch)
        except Overtaken:
            logger.warning("feed run %s was ended while it was being processed", run_id)
        except BucketAway:
            _fail(run, Failure.STORE_AWAY, clock)
        except KeyringError:
            _fail(run, Failure.DAMAGED_IN_STORE, clock)
        except Exception as error:
            # An error's message may quote a cell, so only its kind and the lines of code are logged.
            where = "".join(format_tb(error.__traceback__))
            logger.error("feed run %s failed: %s\n%s", run_id, type(error).__name__, where)
            _fail(run, Failure.DISK_FULL if disk.is_full(error) else Failure.INTERNAL_ERROR, clock)
        remove(places.work_folder(run))


def _work(run: FeedRun, clock: Clock, watch: Watch) -> None:
    work = places.work_folder(run)
    remove(work)
    source = open_sealed(places.received_file(run), keyring=keyring(), context=f"feed:{run.id}")
    try:
        prepared = quality.prepare(run, source, FORMATS[run.format], now=clock())
        if prepared.held:
            hold_for_columns(run, prepared.schema, now=clock())
            return
        if run.mode == Mode.DELTA:
            # Before anything of it is read: nothing can come of it without.
            base_of(run.resource, prepared.schema)
        checked = _CHECKS[Mode(run.mode)](
            source,
            FORMATS[run.format],
            schema=prepared.schema,
            keyring=keyring(),
            key=writing_key(run.resource, now=clock()),
            snapshot=run.snapshot_name,
            work=work,
            progress=_Progress(run, watch),
        )
        _write_account(run, checked.counts, checked.facts)
        move_run(run.id, "check", now=clock())
        is_done = _conclude_on_base(run, checked, prepared, clock)
    except FileRefused as refused:
        move_run(run.id, "reject", now=clock(), outcome_code=refused.code, outcome=refused.sentence)
        is_done = True
    if is_done:
        _forget_received(run)


def _conclude_on_base(run: FeedRun, checked: ingest.Checked, prepared: quality.Prepared, clock: Clock) -> bool:
    """Conclude a run; a delta merged over what is in use, and over what came into use meanwhile where something did."""
    if run.mode == Mode.FULL:
        return _conclude(run, checked, prepared, clock)
    # Nobody else publishes for the resource meanwhile, so that no merge is made in vain.
    with one_at_a_time(run.resource):
        while True:
            base = base_of(run.resource, prepared.schema)
            merged = ingest.merge_over(base, checked, schema=prepared.schema, work=places.work_folder(run))
            FeedRun.objects.filter(pk=run.pk).update(merged=asdict(merged.merged) if merged.merged else {})
            try:
                return _conclude(run, merged, prepared, clock)
            except BaseChanged:
                logger.warning("feed run %s is merged anew: another snapshot came into use", run.id)


def _conclude(run: FeedRun, checked: ingest.Checked, prepared: quality.Prepared, clock: Clock) -> bool:
    """Publish the checked rows, refuse them, or hold them for a decision; False where the file is still needed.

    Raises: BaseChanged.
    """
    schema = prepared.schema
    data, work = checked.folder / DATA, places.work_folder(run)
    whole = replace(checked.counts, rows_accepted=checked.rows)
    warned = note_warned(checked.folder, schema, key=checked.key, snapshot=checked.snapshot)
    assessed = quality.assess(run, data, whole, prepared.ruleset, warned=warned, work=work, now=clock())
    if (refusal := refusal_of(checked, schema, assessed)) is not None:
        hold(run, checked, schema=schema, refusal=refusal, now=clock())
    elif assessed.verdict == quality.Verdict.HOLD:
        hold_for_content(run, checked, schema, now=clock())
        return False
    else:
        publish(run, checked, schema=schema, clock=clock)
    return True


class _Progress:
    """Writes the account into the run's row now and then; raises Overtaken once the run is no longer ours."""

    def __init__(self, run: FeedRun, watch: Watch) -> None:
        self._run = run
        self._watch = watch
        self._next = 0.0

    def __call__(self, counts: Counts) -> None:
        if monotonic() < self._next:
            return
        self._next = monotonic() + _PROGRESS_EVERY_S
        _write_account(self._run, counts)
        self._watch(counts.bytes_read / self._run.size_bytes)


def _write_account(run: FeedRun, counts: Counts, facts: SourceFacts | None = None) -> None:
    fields: dict[str, Any] = asdict(counts) | {"rows_in": counts.rows_in}
    if facts:
        fields |= {
            "encoding": facts.encoding,
            "encoding_confidence": facts.confidence,
            "preface_lines": facts.preface_lines,
            "ignored_columns": list(facts.ignored),
            "part": facts.part[:PART_LENGTH],
        }
    if not FeedRun.objects.filter(pk=run.pk, state=RunState.READING).update(**fields):
        raise Overtaken


def _fail(run: FeedRun, failure: Failure, clock: Clock) -> None:
    try:
        move_run(run.id, "fail", now=clock(), outcome_code=failure, outcome=FAILURES[failure])
    except ForbiddenMove:
        logger.warning("feed run %s had ended already", run.id)


def _forget_received(run: FeedRun) -> None:
    places.received_file(run).unlink(missing_ok=True)
