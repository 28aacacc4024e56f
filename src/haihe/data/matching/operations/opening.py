"""Opening one row of a result: by an approver, with a reason, written into the ledger before anything is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.ledger import api as ledger
from haihe.data.matching import places
from haihe.data.matching.definition import Definition, read_definition
from haihe.data.matching.errors import InputRefused, NotFound, NotNow
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.ending import is_over
from haihe.data.matching.operations.living import locked_run
from haihe.data.matching.operations.moving import LONGEST_WORDS, record
from haihe.data.matching.queries import run_for
from haihe.data.matching.results import ResultRow, open_row, read_page
from haihe.data.matching.workflow import MatchRunState, OpeningReason, Part
from haihe.data.sharing import api as sharing

CLAUSE: Final = "政务数据共享条例 第25条"
LEAST_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """One match in clear, as far as the grants show it, by `input.field`. `evidence` are the ledger's numbers."""

    row: int
    values: Mapping[str, str | int | None]
    evidence: tuple[str, ...]


def open_result_row(*, actor: Actor, number: str, row: int, reason: str, words: str, now: datetime) -> OpenedRow:
    """Say who a match is. Only an approver of the department that compared may, and says why.

    The use is in the ledger, committed, before a value is opened.
    Raises: NotFound, NotPermitted, InputRefused, NotNow where the result has ended.
    """
    run = run_for(actor, number)
    require(actor, Role.APPROVER, organisation=run.organisation)
    words = _checked(reason, words)
    with transaction.atomic():
        locked = locked_run(run.pk)
        if locked.state != MatchRunState.DONE or is_over(locked, now):
            raise NotNow(_("结果已到期，不能再查看。"))
        model = read_definition(locked.version.text)
        found = read_page(places.result_folder(locked), model, first=row, count=1)
        if not found:
            raise NotFound
        evidence = _recorded(locked, model, found[0], now)
        facts: dict[str, object] = {"row": row, "reason": reason, "evidence": evidence}
        record(locked, actor, "open", Part.APPROVER, CLAUSE, now=now, words=words, facts=facts)
    return OpenedRow(row, {**found[0].plain, **open_row(found[0], number=number)}, tuple(evidence))


def _checked(reason: str, words: str) -> str:
    words = words.replace("\x00", "").strip()
    if reason not in OpeningReason.values:
        raise InputRefused(_("请选择查看的理由。"))
    if not LEAST_WORDS <= len(words) <= LONGEST_WORDS:
        told = {"least": LEAST_WORDS, "most": LONGEST_WORDS}
        raise InputRefused(_("请具体写明为什么要查看，%(least)s 到 %(most)s 个字。") % told)
    return words


def _recorded(run: MatchRun, model: Definition, row: ResultRow, now: datetime) -> list[str]:
    """Write a use of each granted input that the row shows something of; return the evidence numbers."""
    if row.subject is None:
        return []
    evidence: list[str] = []
    for told in run.inputs:
        fields, grant = model.shown_of(told["name"]), _grant(told["grant"])
        if not fields or grant is None:
            continue
        use = ledger.UseOfMany(
            kind="DELIVER",
            consumer=run.organisation,
            client="matching",
            owner=told["owner"],
            service=told["service"],
            resource=told["resource"],
            grant=grant.id,
            purpose=model.purpose,
            legal_basis=grant.legal_basis,
            case=f"{run.number}-{row.row}",
            fields=fields,
            snapshot=told["snapshot"],
            as_of=datetime.fromisoformat(told["as_of"]),
        )
        evidence += ledger.append_uses(use, [row.subject], now=now)
    return evidence


def _grant(grant_id: str) -> sharing.GrantInfo | None:
    return sharing.grant(UUID(grant_id)) if grant_id else None
