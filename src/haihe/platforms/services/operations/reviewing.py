"""When the source corrects the answer that a case rests on: ask again where the case is open, else a clerk looks again.

Nobody's case is decided anew by a program: what was granted stays granted until a person has looked (ADR 0009).
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role
from haihe.data.sharing import api as sharing
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.models import Case, Verification
from haihe.platforms.services.operations.moving import lock, lock_unseen, record
from haihe.platforms.services.operations.sealing import open_applicant
from haihe.platforms.services.queries import roles_on
from haihe.platforms.services.telling import tell_to_review
from haihe.platforms.services.workflow import ASKABLE, CaseState

LONGEST_NOTE = 500
SHORTEST_NOTE = 2


class Outcome(StrEnum):
    """What a correction means for a case."""

    NOTHING = "NOTHING"
    ASKED_AGAIN = "ASKED_AGAIN"
    TO_REVIEW = "TO_REVIEW"


@transaction.atomic
def answer_corrected(*, organisation: str, number: str, evidence: str, now: datetime) -> Outcome:
    """Hear that the answer of this evidence came from data that was corrected. Harmless to hear twice."""
    case = lock_unseen(number)
    if case is None or case.organisation != organisation or case.state == CaseState.WITHDRAWN:
        return Outcome.NOTHING
    one = case.verifications.filter(evidence=evidence).first()
    if one is None:
        return Outcome.NOTHING
    if case.state in ASKABLE and not one.proven_by:
        case.verifications.filter(pk=one.pk).update(next_ask_at=now)
        return Outcome.ASKED_AGAIN
    if one.corrected_at is None:
        one.corrected_at = now
        one.save(update_fields=["corrected_at"])
        record(case, "answer_corrected", actor=SYSTEM, now=now, facts={"paper": one.paper, "evidence": evidence})
        tell_to_review(case, one, now=now)
    return Outcome.TO_REVIEW


def review(*, actor: Actor, number: str, paper: str, note: str, verifier: sharing.Verifier, now: datetime) -> str:
    """Look again at a case whose answer was corrected: ask the source once more, keep what it says and what is done.

    The case itself stays as it is. Return the new answer, "" where the organisation may no longer ask. Must not run
    inside a transaction. Raises: CaseNotFound, NotPermitted, InputRefused, NotNow where the source is out of reach.
    """
    told = note.strip()[:LONGEST_NOTE]
    if len(told) < SHORTEST_NOTE:
        raise InputRefused("review-note", _("请写明复核的情况和怎样处理。"))
    case, one = _to_review(actor, number, paper)
    answer = _ask(case, one, verifier)
    with transaction.atomic():
        case, one = _to_review(actor, number, paper)
        one.reviewed_at, one.review_note = now, told
        one.save(update_fields=["reviewed_at", "review_note"])
        facts = {
            "paper": one.paper,
            "note": told,
            "answer": str(answer.answer) if answer else None,
            "reason": str(answer.reason) if answer and answer.reason else None,
            "evidence": str(answer.evidence) if answer else None,
        }
        record(case, "review_corrected", actor=actor, now=now, facts=facts)
    return str(answer.answer) if answer else ""


@transaction.atomic
def _to_review(actor: Actor, number: str, paper: str) -> tuple[Case, Verification]:
    case = lock(actor, number)
    if Role.CLERK not in roles_on(actor, case):
        raise NotPermitted("a clerk of the organisation reviews, and not about themselves")
    one = case.verifications.filter(paper=paper, corrected_at__isnull=False, reviewed_at=None).first()
    if one is None:
        raise NotNow(_("这个办件没有待复核的答复，或者已经复核。"))
    return case, one


def _ask(case: Case, one: Verification, verifier: sharing.Verifier) -> sharing.VerificationAnswer | None:
    """Return the answer; None where the organisation holds no grant for it any more: then only the papers speak."""
    question = case.item.definition.question(one.paper)
    id_number, name = open_applicant(case)
    try:
        return verifier.verify(
            organisation=case.organisation,
            service=question.service,
            id_number=id_number,
            name=name,
            purpose=question.purpose,
            case=case.number,
            claim=question.claim,
        )
    except sharing.SourceUnreachable:
        raise NotNow(_("暂时连接不上来源部门的数据，请稍后再复核。")) from None
    except sharing.QuestionRefused:
        return None
