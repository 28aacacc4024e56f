"""Run the gate on the rows that would be opened, and keep what it found."""

from datetime import datetime
from time import monotonic

import msgspec
from django.db import transaction

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.open.gate.findings import Report
from haihe.data.open.models import Dataset, GateRun
from haihe.data.open.operations.looking import look
from haihe.data.open.operations.recording import locked, make_move
from haihe.data.open.queries import dataset_for
from haihe.data.open.sources import source_of


def check(*, actor: Actor, slug: str, now: datetime) -> GateRun:
    """Look at the current snapshot; the dataset goes to its approver where nothing stands in the way.

    Raises: NotFound, NotPermitted, NotNow, NoTable.
    """
    seen = dataset_for(actor, slug)
    require(actor, Role.STEWARD, organisation=seen.owner)
    began = monotonic()
    source = source_of(seen.code)
    report = look(seen, source).report
    with transaction.atomic():
        row = locked(actor, slug)
        run = keep(row, source.snapshot, report, by=actor.name, began=began, now=now)
        make_move(row, actor, "pass_gate" if report.passed else "fail_gate", now=now, facts={"gate_run": run.pk})
    return run


def keep(row: Dataset, snapshot: str, report: Report, *, by: str, began: float, now: datetime) -> GateRun:
    """Write down what the gate found."""
    return GateRun.objects.create(
        dataset=row,
        snapshot=snapshot,
        at=now,
        by=by,
        rows=report.rows,
        passed=report.passed,
        findings=msgspec.to_builtins(report.findings),
        duration_ms=round(1000 * (monotonic() - began)),
    )
