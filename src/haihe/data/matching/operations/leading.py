"""Leads from a result: routed by division, sealed for who goes there, their delivery in the ledger first."""

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.data.matching.definition import Definition, Leads, read_definition
from haihe.data.matching.errors import InputRefused, NotNow
from haihe.data.matching.models import Lead, LeadEvent, MatchRun
from haihe.data.matching.operations.ending import is_over
from haihe.data.matching.operations.living import locked_run
from haihe.data.matching.queries import result_rows, run_for
from haihe.data.matching.results import ResultRow, open_row
from haihe.data.matching.telling_leads import tell_dispatchers
from haihe.data.matching.workflow import ENDED_LEADS, LeadKind, LeadState, MatchRunState, Part
from haihe.data.sharing import api as sharing
from haihe.kernel.clocks import due_after

MOST_LEADS: Final = 20_000
_AT_ONCE: Final = 1000
_CLAUSE: Final = "政务数据共享条例 第30条"
_ROUTES: Final = 12


def make_leads(*, actor: Actor, number: str, now: datetime) -> int:
    """Make a lead of each match that isn't one yet; return how many. Asked for by a person, never by the run.

    Somebody who is on an open lead of the same model already gets no second one.
    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    found = run_for(actor, number)
    require(actor, Role.STEWARD, organisation=found.organisation)
    with transaction.atomic():
        run = locked_run(found.pk)
        if run.state != MatchRunState.DONE or is_over(run, now):
            raise NotNow(_("结果已到期，不能再使用。"))
        model = read_definition(run.version.text)
        if model.leads is None:
            raise NotNow(_("这个模型没有写明线索怎样办理，请先修改模型。"))
        if run.matched > MOST_LEADS:
            raise InputRefused(_("结果超过 %(n)s 条，请先收紧条件。") % {"n": MOST_LEADS})
        rows = _new_rows(run, model)
        evidence = _recorded(run, model, [row.subject for row in rows if row.subject], now)
        leads = [_lead(run, model.leads, row, evidence, now) for row in rows]
        for part in batched(leads, _AT_ONCE, strict=False):
            Lead.objects.bulk_create(part)
            LeadEvent.objects.bulk_create(_made(lead, actor, now) for lead in part)
        tell_dispatchers(leads, now=now)
    return len(leads)


def _new_rows(run: MatchRun, model: Definition) -> list[ResultRow]:
    rows = result_rows(run, model, first=1, count=run.matched) if run.matched else []
    made = set(Lead.objects.filter(run=run).values_list("row", flat=True))
    open_ones = Lead.objects.filter(model=run.version.model).exclude(state__in=ENDED_LEADS)
    known = {bytes(one.subject) for one in open_ones.only("subject") if one.subject is not None}
    fresh: list[ResultRow] = []
    for row in rows:
        if row.row in made or (row.subject is not None and row.subject in known):
            continue
        known |= {row.subject} if row.subject is not None else set()
        fresh.append(row)
    return fresh


def _lead(run: MatchRun, told: Leads, row: ResultRow, evidence: list[str], now: datetime) -> Lead:
    division = str(row.plain.get(told.division) or "")
    if len(division) != _ROUTES or not division.isdecimal():
        raise InputRefused(_("“%(field)s”不是可以分派的 12 位区划代码。") % {"field": told.division})
    lead = Lead(
        number=f"XS{run.number[2:]}-{row.row}",
        model=run.version.model,
        run=run,
        row=row.row,
        organisation=run.organisation,
        kind=LeadKind.CHECK if told.kind == "check" else LeadKind.VISIT,
        division=division,
        subject=row.subject,
        evidence=evidence,
        made_at=now,
        due_on=due_after(timezone.localdate(now), told.within_days),
    )
    values = {**row.plain, **open_row(row, number=run.number)}
    text = json.dumps(values, ensure_ascii=False, default=str).encode()
    lead.sealed = keyring().seal(text, context=lead.seal_context)
    return lead


def _made(lead: Lead, actor: Actor, now: datetime) -> LeadEvent:
    return LeadEvent(
        lead=lead,
        at=now,
        name="make",
        target=LeadState.NEW,
        part=Part.STEWARD,
        organisation=lead.organisation,
        actor_id=actor.user_id,
        actor_name=actor.name,
        clause=_CLAUSE,
    )


def _recorded(run: MatchRun, model: Definition, subjects: Iterable[bytes], now: datetime) -> list[str]:
    """Write that the fields shown were handed down, each granted input for itself; return the evidence numbers."""
    named = list(subjects)
    evidence: list[str] = []
    for told in run.inputs:
        fields = model.shown_of(told["name"])
        grant = sharing.grant(UUID(told["grant"])) if told["grant"] else None
        if not fields or grant is None:
            continue
        use = ledger.UseOfMany(
            kind="DELIVER",
            consumer=run.organisation,
            client="matching-leads",
            owner=told["owner"],
            service=told["service"],
            resource=told["resource"],
            grant=grant.id,
            purpose=model.purpose,
            legal_basis=grant.legal_basis,
            case=run.number,
            fields=fields,
            snapshot=told["snapshot"],
            as_of=datetime.fromisoformat(told["as_of"]),
        )
        evidence += ledger.append_uses(use, named, now=now)
    return evidence
