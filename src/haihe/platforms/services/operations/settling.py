"""Draw the conclusion from what is proven so far. Data may approve and may not refuse."""

from datetime import datetime

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.kernel.answers import Answer
from haihe.platforms.services.models import AskState, Case, ProvenBy, Verification
from haihe.platforms.services.operations.moving import Facts, goes_by_data, move
from haihe.platforms.services.workflow import ASKABLE, CaseState


def settle(case: Case, *, now: datetime, actor: Actor = SYSTEM) -> None:
    """Move a locked case on as far as its proofs carry: granted, on to a person, or to paper."""
    if case.state not in ASKABLE:
        return
    rows = list(case.verifications.all())
    for one in rows:
        _take_proof(one)
    if all(one.proven_by for one in rows):
        _conclude(case, rows, actor, now)
    elif case.state == CaseState.CHECKING and not _is_asking(rows):
        move(case, "fall_back_to_paper", actor=SYSTEM, now=now, facts={"paper": _first_missing(rows)})


def count_savings(case: Case) -> None:
    """Count what evidence spared this person: papers one by one, trips only where no paper had to be fetched."""
    rows = list(case.verifications.all())
    item = case.item.definition
    proven = [one for one in rows if one.proven_by == ProvenBy.EVIDENCE]
    case.evidence = [one.evidence for one in proven if one.evidence]
    case.papers_saved = sum(item.paper(one.paper).saves_papers for one in proven)
    all_spared = len(proven) == len(rows) and case.papers_saved > 0
    case.trips_saved = item.trips_saved(case.channel) if all_spared else 0
    case.basis = ProvenBy.EVIDENCE if rows and len(proven) == len(rows) else ProvenBy.PAPER


def _take_proof(one: Verification) -> None:
    if not one.proven_by and one.answer == Answer.MATCH and not one.trouble:
        one.proven_by = ProvenBy.EVIDENCE
        one.next_ask_at = None
        one.save()


def _conclude(case: Case, rows: list[Verification], actor: Actor, now: datetime) -> None:
    if not goes_by_data(case):
        # What data proves is proven; whether it is enough, the steps of the process decide.
        move(case, "ready", actor=actor, now=now)
        return
    if any(one.proven_by == ProvenBy.PAPER for one in rows):
        # A paper was judged by a person; a person also decides.
        move(case, "complete_papers", actor=actor, now=now)
        return
    count_savings(case)
    late = case.state != CaseState.CHECKING
    facts: Facts = {
        "evidence": str(case.evidence[0]),
        "papers_saved": case.papers_saved,
        "trips_saved": case.trips_saved,
        "late": int(late),
    }
    move(case, "approve_on_evidence", actor=SYSTEM, now=now, facts=facts)


def _is_asking(rows: list[Verification]) -> bool:
    return any(one.asks.filter(state=AskState.INTENDED).exists() for one in rows)


def _first_missing(rows: list[Verification]) -> str:
    return next(one.paper for one in rows if not one.proven_by)
