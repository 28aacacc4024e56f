"""Ask the data that a case needs: a durable intent, the question outside any transaction, then what came of it.

A crash at any point leaves an intent; the sweep finds it, takes the answer from the ledger if the gateway had given
one, and asks again only if it had not. So no evidence is lost and none is counted twice.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.data.sharing import api as sharing
from haihe.platforms.services.errors import NotNow
from haihe.platforms.services.models import Ask, AskState, Case, Verification
from haihe.platforms.services.operations.moving import lock_unseen, move, record
from haihe.platforms.services.operations.sealing import open_applicant
from haihe.platforms.services.operations.settling import settle
from haihe.platforms.services.ports import Recorded, Trace
from haihe.platforms.services.queries import case_for
from haihe.platforms.services.workflow import ASK_LEASE_S, ASKABLE, CaseState, minutes_to_next_ask

logger = logging.getLogger(__name__)

_SHORTEST_PAUSE_S = 5
UNREACHABLE = "SOURCE_UNREACHABLE"
UNEXPECTED = "UNEXPECTED"
_MAYBE_ANSWERED = (AskState.INTENDED, AskState.UNREACHABLE)
"""Cut off by a crash, or by our own patience: the gateway may have answered and written it down all the same."""


@dataclass(frozen=True, slots=True)
class _Question:
    ask_id: int
    organisation: str
    service: str
    claim: str
    purpose: str
    case: str
    id_number: str
    name: str


@dataclass(frozen=True, slots=True)
class _Trouble:
    state: AskState
    problem: str


def ask_data(*, number: str, verifier: sharing.Verifier, trace: Trace, now: datetime) -> None:
    """Put every open question of the case and act on what comes back; a case that awaits no answer is left alone.

    Must not run inside a transaction. Never raises for what a source does.
    """
    for question in _intend(number, trace, now):
        _finish(question, _put(verifier, question), now)


def ask_again(*, actor: Actor, number: str, verifier: sharing.Verifier, trace: Trace, now: datetime) -> None:
    """Ask at a person's wish. Raises: CaseNotFound, NotNow if it was asked only seconds ago or awaits no answer."""
    case = case_for(actor, number)
    if case.state not in ASKABLE:
        raise NotNow(_("这个办件已不需要核验。"))
    pause = timedelta(seconds=_SHORTEST_PAUSE_S)
    if case.verifications.filter(asked_at__gt=now - pause).exists():
        raise NotNow(_("刚刚核验过，请稍等几秒再试。"))
    ask_data(number=number, verifier=verifier, trace=trace, now=now)


@transaction.atomic(durable=True)
def _intend(number: str, trace: Trace, now: datetime) -> list[_Question]:
    case = lock_unseen(number)
    if case is None or case.state not in ASKABLE:
        return []
    if case.state == CaseState.SUBMITTED:
        move(case, "ask", actor=SYSTEM, now=now)
    open_ones = case.verifications.filter(proven_by="").exclude(service="")
    questions = [q for one in open_ones if (q := _intend_one(case, one, trace, now))]
    if not questions:
        settle(case, now=now)
    return questions


def _intend_one(case: Case, one: Verification, trace: Trace, now: datetime) -> _Question | None:
    last = one.asks.order_by("attempt").last()
    if last is not None and last.state == AskState.INTENDED and _still_runs(last, now):
        return None
    if last is not None and last.state in _MAYBE_ANSWERED and _recover(case, one, last, trace, now):
        return None
    one.asks.filter(state=AskState.INTENDED).update(state=AskState.LOST, finished_at=now)
    one.attempts += 1
    one.asked_at = now
    one.next_ask_at = now + timedelta(seconds=ASK_LEASE_S)
    one.save()
    ask = Ask.objects.create(verification=one, attempt=one.attempts, intended_at=now)
    return _question(case, one, ask)


def _still_runs(ask: Ask, now: datetime) -> bool:
    return ask.intended_at > now - timedelta(seconds=ASK_LEASE_S)


def _question(case: Case, one: Verification, ask: Ask) -> _Question:
    asked = case.item.definition.question(one.paper)
    id_number, name = open_applicant(case)
    return _Question(ask.pk, case.organisation, asked.service, asked.claim, asked.purpose, case.number, id_number, name)


def _recover(case: Case, one: Verification, running: Ask, trace: Trace, now: datetime) -> bool:
    """Take over the answer that the gateway gave while nobody listened any more, if it gave one."""
    known = {str(key) for key in one.asks.exclude(evidence=None).values_list("evidence", flat=True)}
    found = trace.find(
        subject_key=bytes(case.subject_key), case=case.number, service=one.service, since=running.intended_at
    )
    fresh = [answer for answer in found if answer.evidence not in known]
    if not fresh:
        return False
    _keep_answer(case, one, running, fresh[-1], now)
    return True


def _put(verifier: sharing.Verifier, question: _Question) -> Recorded | _Trouble:
    try:
        answer = verifier.verify(
            organisation=question.organisation,
            service=question.service,
            id_number=question.id_number,
            name=question.name,
            purpose=question.purpose,
            case=question.case,
            claim=question.claim,
        )
        return Recorded(
            answer=str(answer.answer),
            evidence=str(answer.evidence),
            reason=str(answer.reason) if answer.reason else None,
            as_of=answer.as_of,
        )
    except sharing.SourceUnreachable:
        return _Trouble(AskState.UNREACHABLE, UNREACHABLE)
    except sharing.QuestionRefused as refusal:
        return _Trouble(AskState.REFUSED, refusal.problem.slug)
    except Exception as surprise:  # whatever a source does, nobody's case may stop for it
        # The type only: an exception's text could quote the question.
        logger.error("case %s: asking %s failed with %s", question.case, question.service, type(surprise).__name__)
        return _Trouble(AskState.UNREACHABLE, UNEXPECTED)


@transaction.atomic(durable=True)
def _finish(question: _Question, came: Recorded | _Trouble, now: datetime) -> None:
    case = lock_unseen(question.case)
    ask = Ask.objects.select_related("verification").get(pk=question.ask_id)
    if case is None or ask.state != AskState.INTENDED:
        return
    if isinstance(came, Recorded):
        _keep_answer(case, ask.verification, ask, came, now)
    else:
        _keep_trouble(case, ask.verification, ask, came, now)
    settle(case, now=now)


def _keep_answer(case: Case, one: Verification, ask: Ask, came: Recorded, now: datetime) -> None:
    ask.state, ask.finished_at = AskState.ANSWERED, now
    ask.answer, ask.evidence = came.answer, came.evidence
    ask.reason, ask.as_of, ask.problem = came.reason or "", came.as_of, ""
    ask.save()
    if one.proven_by:
        return
    is_news = (one.answer, one.reason, one.trouble) != (came.answer, came.reason or "", "")
    one.answer, one.evidence = came.answer, came.evidence
    one.reason, one.as_of, one.trouble = came.reason or "", came.as_of, ""
    reachable = came.reason != UNREACHABLE
    _keep_next_ask(case, one, reachable=reachable, now=now)
    if is_news:
        facts = {"paper": one.paper, "answer": came.answer, "reason": came.reason, "evidence": came.evidence}
        record(case, "answered", actor=SYSTEM, now=now, facts=facts | {"as_of": _stamp(came.as_of)})


def _keep_trouble(case: Case, one: Verification, ask: Ask, came: _Trouble, now: datetime) -> None:
    ask.state, ask.finished_at, ask.problem = came.state, now, came.problem
    ask.save()
    if one.proven_by:
        return
    is_news = one.trouble != came.problem
    one.trouble = came.problem
    _keep_next_ask(case, one, reachable=False, now=now)
    if is_news:
        record(case, "unanswered", actor=SYSTEM, now=now, facts={"paper": one.paper, "trouble": came.problem})


def _keep_next_ask(case: Case, one: Verification, *, reachable: bool, now: datetime) -> None:
    pause = timedelta(minutes=minutes_to_next_ask(attempts=one.attempts, reachable=reachable))
    one.next_ask_at = now + pause if case.state in ASKABLE else None
    one.save()


def _stamp(as_of: datetime | None) -> str | None:
    return as_of.isoformat() if as_of else None
