"""Rejects sent back to whom they came from, and closed once later data has them right."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.outbox import api as outbox
from haihe.data.exchange import lake, places
from haihe.data.exchange.events import REJECTS_RETURNED
from haihe.data.exchange.models import FeedRun, FeedRunMove, Snapshot
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.models import QualityReport, RejectReturn, ReturnState
from haihe.data.exchange.quality.operations.carrying import plan_carriage
from haihe.data.exchange.quality.queries import may_keep
from haihe.data.exchange.quality.returned_rows import known_rows, settled_among
from haihe.data.exchange.quality.ruleset import RuleSet
from haihe.data.exchange.quality.telling import tell_returned
from haihe.data.exchange.quality.workflow import RETURNS
from haihe.data.exchange.queries import visible_runs
from haihe.data.exchange.rejects import rejects_of


class NothingToReturn(Exception):
    """The run has no rejects that anybody could mend, hasn't ended, or they were sent back already."""


class NoSuchReturn(LookupError):
    """There is no such return, or not for this actor."""


def send_back(actor: Actor, run_id: UUID, *, now: datetime) -> RejectReturn:
    """Send a run's rejects back: the owner's stewards are told, and what carries them to the source hears it.

    Raises: NotPermitted, NothingToReturn, SnapshotDamaged.
    """
    run = visible_runs(actor).filter(pk=run_id).first()
    if run is None or not may_keep(actor, run.resource):
        raise NotPermitted("only the owner's stewards send rejects back")
    if not run.is_finished or not run.folder or RejectReturn.objects.filter(run=run).exists():
        raise NothingToReturn
    known = known_rows(rejects_of(run), _ruleset_of(run))
    if not known.rows:
        raise NothingToReturn
    with transaction.atomic():
        returned = RejectReturn.objects.create(
            run=run,
            resource=run.resource,
            owner=run.owner,
            rows=known.rows,
            keyed=len(known.keys),
            open_lines=sorted([*known.lines, *known.unkeyed_lines])[:50],
            sent_at=now,
            sent_by=actor.name,
        )
        FeedRunMove.objects.create(run=run, name="return_rejects", target=run.state, at=now, by=actor.name)
        source = str(run.source) if run.source else ""
        told = {"run": str(run.pk), "resource": run.resource, "rows": known.rows, "source": source}
        plan_carriage(returned, now=now)
        outbox.announce(REJECTS_RETURNED, told)
        tell_returned(returned, rulebook.rules_of_run(run).title, now=now)
    return returned


def settle_returns(resource: str, snapshot_id: str, *, now: datetime) -> int:
    """Look up what was sent back in a new snapshot; return how many returns were closed by it. Harmless to repeat."""
    snapshot = Snapshot.objects.filter(pk=snapshot_id, is_current=True).select_related("run").first()
    if snapshot is None:
        return 0
    waiting = RejectReturn.objects.filter(resource=resource, state=ReturnState.SENT).select_related("run")
    later = waiting.filter(run__received_at__lt=snapshot.run.received_at)
    return sum(_settle(each, snapshot, now) for each in later)


@transaction.atomic
def close_return(actor: Actor, run_id: UUID, words: str, *, now: datetime) -> RejectReturn:
    """Close a return by hand, with the reason: rows that no key tells apart. Raises: NoSuchReturn, NotPermitted."""
    returned = RejectReturn.objects.select_for_update().filter(run_id=run_id, state=ReturnState.SENT).first()
    if returned is None:
        raise NoSuchReturn
    if not may_keep(actor, returned.resource):
        raise NotPermitted("the owner's stewards close it")
    _close(returned, by=actor.name, words=words[:300], now=now)
    return returned


def _settle(returned: RejectReturn, snapshot: Snapshot, now: datetime) -> bool:
    ruleset = _ruleset_of(returned.run)
    known = known_rows(rejects_of(returned.run), ruleset)
    data = lake.checked_file(places.data_dir() / snapshot.path, lake.DATA, manifest_sha256=snapshot.run.manifest_sha256)
    settled = settled_among(known, data, ruleset, work=places.data_dir() / "tmp")
    with transaction.atomic():
        row = RejectReturn.objects.select_for_update().get(pk=returned.pk)
        if row.state != ReturnState.SENT:
            return False
        row.state = RETURNS.move(row.state, "settle").target
        row.settled, row.open_lines, row.settled_run = settled.count, settled.open_lines, snapshot.run
        row.save(update_fields=["settled", "open_lines", "settled_run"])
        if settled.count < row.rows:
            return False
        _close(row, by="", words="", now=now)
    return True


def _close(row: RejectReturn, *, by: str, words: str, now: datetime) -> None:
    row.state = RETURNS.move(row.state, "close").target
    row.closed_at, row.closed_by, row.words = now, by, words
    row.save(update_fields=["state", "closed_at", "closed_by", "words"])


def _ruleset_of(run: FeedRun) -> RuleSet:
    report = QualityReport.objects.select_related("rules").filter(pk=run.pk).first()
    if report is not None and report.rules is not None:
        return rulebook.contents_of(report.rules)
    return rulebook.shipped(run.resource) if report is not None else rulebook.ruleset_of(run.resource)
