"""A steward decides on a held run: go on, by which mapping, or not use the file."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.base.jobs import api as jobs
from haihe.data.exchange import places
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.operations.moving import move_run
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.operations.receive import INLINE_BYTES
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.drift import MappedColumn
from haihe.data.exchange.quality.models import ColumnMapping, Decision, MappingBasis, QualityReport, Stage
from haihe.data.exchange.quality.queries import NotHeld, held_report, look_of
from haihe.data.exchange.quality.recording import record_mapping
from haihe.data.exchange.quality.suggesting import share_of_kind
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.tasks import process_feed

REFUSED = "REFUSED_BY_STEWARD"


class MappingRefused(Exception):
    """The mapping leaves out a column that every row needs, or gives one twice; `titles` are those columns."""

    def __init__(self, titles: tuple[str, ...], *, twice: bool) -> None:
        super().__init__("twice" if twice else "missing")
        self.titles = titles
        self.twice = twice


def accept_columns(actor: Actor, run_id: UUID, fields: Mapping[str, str], *, now: datetime) -> ColumnMapping:
    """Go on with a run held for its columns: `fields` says for each title of the file which field it is, "" for none.

    Raises: NotPermitted, NotHeld, MappingRefused; what look_of raises.
    """
    report = held_report(actor, run_id)
    look, schema = look_of(report.run), rulebook.rules_of(report.resource)
    known = {column.field: column for column in schema.columns}
    chosen = [(title, field if (field := fields.get(title, "")) in known else "") for title in look.titles]
    check_fields([field for _, field in chosen if field], schema)
    columns = [
        MappedColumn(title, field, share_of_kind(known[field], look.cells_of(title)) if field else None)
        for title, field in chosen
    ]
    with transaction.atomic():
        _locked(run_id)
        mapping = record_mapping(report.run, columns, basis=MappingBasis.PERSON, by=actor.name, now=now)
        _decide(actor, report, accepted=True, words="", now=now)
        _resume(actor, run_id, now)
    _work_on(report.run, now)
    return mapping


def accept_content(actor: Actor, run_id: UUID, words: str, *, now: datetime) -> None:
    """Go on with a run held for its content, which is right though it looks odd. Raises: NotPermitted, NotHeld."""
    report = held_report(actor, run_id)
    with transaction.atomic():
        _locked(run_id)
        _decide(actor, report, accepted=True, words=words, now=now)
        _resume(actor, run_id, now)
    _work_on(report.run, now)


def refuse_held(actor: Actor, run_id: UUID, words: str, *, now: datetime) -> None:
    """Not use the file of a held run. Raises: NotPermitted, NotHeld."""
    report = held_report(actor, run_id)
    with transaction.atomic():
        _locked(run_id)
        _decide(actor, report, accepted=False, words=words, now=now)
        outcome = "数据专员决定不采用这份文件；上一份可用数据继续有效。"
        move_run(run_id, "refuse", now=now, outcome_code=REFUSED, outcome=outcome, by=actor.name)
    places.received_file(report.run).unlink(missing_ok=True)


def check_fields(fields: list[str], schema: RegisterSchema) -> None:
    """Raises: MappingRefused."""
    titles = {column.field: column.title for column in schema.columns}
    if twice := tuple(titles[field] for field in dict.fromkeys(fields) if fields.count(field) > 1):
        raise MappingRefused(twice, twice=True)
    missing = tuple(column.title for column in schema.columns if column.required and column.field not in fields)
    if missing:
        raise MappingRefused(missing, twice=False)


def _locked(run_id: UUID) -> None:
    """Take the run; two people can't decide on it at once. Raises: NotHeld."""
    if FeedRun.objects.select_for_update().get(pk=run_id).state != RunState.HELD:
        raise NotHeld


def _decide(actor: Actor, report: QualityReport, *, accepted: bool, words: str, now: datetime) -> None:
    if not actor.has(Role.STEWARD, report.run.owner):
        raise NotPermitted("the owner's stewards decide")
    stage = Stage.CONTENT if report.verdict else Stage.COLUMNS
    findings = report.findings if report.verdict else report.noticed
    Decision.objects.create(
        run=report.run, stage=stage, accepted=accepted, findings=findings, words=words[:300], at=now, by=actor.name
    )


def _resume(actor: Actor, run_id: UUID, now: datetime) -> None:
    run = move_run(run_id, "resume", now=now, by=actor.name)
    # The worker finds it if this process dies before it is done.
    FeedRun.objects.filter(pk=run.pk).update(queued=True)
    process_feed.configure(queueing_lock=str(run.id)).defer(run_id=str(run.id), **jobs.trace())


def _work_on(run: FeedRun, now: datetime) -> None:
    if run.size_bytes <= INLINE_BYTES:
        process_run(run.id, now=now)
