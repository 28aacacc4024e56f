"""What people do where the data didn't prove the case: bring the paper, or say that the data is wrong."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.models import Case, ProvenBy, Verification
from haihe.platforms.services.operations.moving import lock, move, record
from haihe.platforms.services.operations.sealing import open_applicant
from haihe.platforms.services.operations.settling import settle
from haihe.platforms.services.ports import Corrections
from haihe.platforms.services.queries import roles_on
from haihe.platforms.services.workflow import WAITING, CaseState

LONGEST_NOTE = 500
SHORTEST_STATEMENT = 5


@transaction.atomic
def accept_paper(*, actor: Actor, number: str, paper: str, note: str, now: datetime) -> None:
    """Take a paper in that a clerk has looked at and found good; `note` says which (kind, number, issuer).

    From then on the data isn't asked for it any more. Raises: CaseNotFound, NotPermitted, InputRefused, NotNow.
    """
    case = lock(actor, number)
    _require_clerk(actor, case)
    if case.state not in WAITING:
        raise NotNow(_("这个办件现在不需要补交证明。"))
    one = _unproven(case, paper)
    told = note.strip()[:LONGEST_NOTE]
    if not told:
        raise InputRefused("note", _("请写明收到的是什么证明（名称、编号、开具单位）。"))
    one.proven_by, one.paper_accepted_at, one.next_ask_at = ProvenBy.PAPER, now, None
    one.paper_accepted_name, one.paper_note = actor.name, told
    one.save()
    record(case, "accept_paper", actor=actor, now=now, facts={"paper": one.paper})
    settle(case, now=now, actor=actor)


@transaction.atomic
def request_correction(
    *, actor: Actor, number: str, paper: str, statement: str, corrections: Corrections, now: datetime
) -> str:
    """Report to the source that its answer is wrong; the case waits and goes on by itself when the data is put right.

    Return the correction's number. Raises: CaseNotFound, NotPermitted, InputRefused, NotNow.
    """
    case = lock(actor, number)
    one = _unproven(case, paper)
    if case.state != CaseState.AWAITING_PAPER or one.evidence is None:
        raise NotNow(_("没有可以更正的核验结果。"))
    told = statement.strip()[:LONGEST_NOTE]
    if len(told) < SHORTEST_STATEMENT:
        raise InputRefused("statement", _("请写明哪里不对，至少 5 个字，以便来源部门核实。"))
    id_number, name = open_applicant(case)
    opened = corrections.open(
        actor=actor, evidence=str(one.evidence), statement=told, now=now, id_number=id_number, name=name
    )
    one.correction, one.correction_at = opened, now
    one.save()
    facts = {"paper": one.paper, "correction": opened, "evidence": str(one.evidence)}
    move(case, "request_correction", actor=actor, now=now, facts=facts)
    return opened


def _require_clerk(actor: Actor, case: Case) -> None:
    if Role.CLERK not in roles_on(actor, case):
        raise NotPermitted("only a clerk of the organisation takes papers in, and not for themselves")


def _unproven(case: Case, paper: str) -> Verification:
    one = case.verifications.filter(paper=paper, proven_by="").first()
    if one is None:
        raise NotNow(_("这份证明不需要，或者已经收到。"))
    return one
