"""The one way in which a case changes its state: locked, allowed by the table and by its process, recorded."""

from collections.abc import Mapping
from datetime import datetime

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role
from haihe.base.outbox import api as outbox
from haihe.kernel.process.state import State
from haihe.platforms.services import parties, process_files
from haihe.platforms.services.due import due_after
from haihe.platforms.services.errors import CaseNotFound
from haihe.platforms.services.models import Case, CaseEvent, CaseParty
from haihe.platforms.services.news import OTHER_BODY
from haihe.platforms.services.operations import certifying, driving
from haihe.platforms.services.operations.noticing import keep_notice
from haihe.platforms.services.queries import case_for, roles_on
from haihe.platforms.services.rated import invite_to_rate
from haihe.platforms.services.telling import tell_applicant, tell_desk
from haihe.platforms.services.workflow import (
    ASKABLE,
    ENDED,
    UNDECIDED,
    WAITING,
    WORKFLOW,
    CaseState,
    move_between,
)

type Facts = Mapping[str, str | int | None]


def lock(actor: Actor, number: str) -> Case:
    """Return the case, locked until the transaction ends. Raises: CaseNotFound."""
    seen = case_for(actor, number)
    driving.hold(seen)
    return Case.objects.select_for_update(of=("self",)).select_related("item").get(pk=seen.pk)


def lock_unseen(number: str) -> Case | None:
    """Lock a case for the system's own work; None where there is none."""
    try:
        return lock(SYSTEM, number)
    except CaseNotFound:
        return None


def record(case: Case, name: str, *, actor: Actor, now: datetime, facts: Facts | None = None) -> None:
    """Append something that happened without a change of state."""
    _append(case, name, actor=actor, now=now, source="", target="", clause="", facts=facts)
    tell_applicant(case, name, now=now)


def move(case: Case, name: str, *, actor: Actor, now: datetime, facts: Facts | None = None) -> None:
    """Move a locked case by the table, its process with it, and save it. Raises: ForbiddenMove, NotPermitted."""
    step = WORKFLOW.move(case.state, name)
    if roles_on(actor, case).isdisjoint(step.roles):
        raise NotPermitted(f"{name} needs one of {', '.join(step.roles)} on this case")
    state = driving.drive(case, step, actor=actor, now=now)
    _arrive(case, step.target, name, step.clause, state, actor=actor, now=now, facts=facts)


def follow(case: Case, state: State, *, actor: Actor, now: datetime, facts: Facts) -> None:
    """Take a locked case to where its process stands by now, and save it. Who did that was checked before.

    Raises: ForbiddenMove where the table has no such move.
    """
    target = driving.where(state)
    if target is None or target == case.state:
        if not goes_by_data(case):
            _keep_limit(case, state)
            keep_notice(case, state, now=now)
        case.save()
        record(case, "step", actor=actor, now=now, facts=facts)
        _keep_parties(case, state, now)
        return
    step = move_between(case.state, target)
    _arrive(case, target, step.name, _clause(case, step.clause), state, actor=actor, now=now, facts=facts)


def arrive(case: Case, name: str, state: State, *, actor: Actor, now: datetime, facts: Facts) -> None:
    """Take a locked case by a move of the table to where its process, begun elsewhere, stands.

    Raises: ForbiddenMove.
    """
    step = WORKFLOW.move(case.state, name)
    _arrive(case, step.target, name, step.clause, state, actor=actor, now=now, facts=facts)


def _arrive(
    case: Case,
    target: str,
    name: str,
    clause: str,
    state: State | None,
    *,
    actor: Actor,
    now: datetime,
    facts: Facts | None,
) -> None:
    source, case.state = case.state, target
    _keep_clocks(case, state, now)
    case.save()
    _append(case, name, actor=actor, now=now, source=source, target=target, clause=clause, facts=facts)
    if state is not None:
        _keep_parties(case, state, now)
    if source in UNDECIDED and case.state not in UNDECIDED:
        _announce(case)
    tell_applicant(case, name, now=now)
    if case.state == CaseState.CLOSED:
        certifying.issue_result(case, actor=actor, now=now)
    if case.state in ENDED:
        invite_to_rate(case, now=now)


def goes_by_data(case: Case) -> bool:
    """Say whether data that proves the case decides it; so also for cases that began before there were processes."""
    return case.process_case_id is None or case.item.definition.process == process_files.DATA_DECIDES


def _keep_clocks(case: Case, state: State | None, now: datetime) -> None:
    if case.state not in ASKABLE:
        case.verifications.update(next_ask_at=None)
    if goes_by_data(case) or state is None:
        _keep_promise(case, now)
    else:
        _keep_limit(case, state)
        keep_notice(case, state, now=now)
    if case.state not in UNDECIDED and case.decided_at is None:
        case.decided_at = now
    if case.state in ENDED:
        case.closed_at = now


def _keep_promise(case: Case, now: datetime) -> None:
    if case.state in WAITING:
        # Time in which the applicant or the source is awaited isn't the office's.
        case.due_at = None
    elif case.state == CaseState.AWAITING_DECISION:
        case.due_at = due_after(now, case.item.definition.promised_days)


def _keep_limit(case: Case, state: State) -> None:
    """Keep what the process's limit says: when it is over, and nothing while it is stopped."""
    clock = driving.running(state)
    due_at = clock.due_at if clock else None
    if due_at != case.due_at:
        case.due_at, case.warned_at = due_at, None


def _keep_parties(case: Case, state: State, now: datetime) -> None:
    """Let each body that has a step now know of the case, and tell it of the step once."""
    if case.process_case_id is None or state.outcome:
        return
    for token, task in driving.awaited(case.process_case_id, state):
        body = parties.body_of(task.by, case)
        # The desk that handles the case has it in its list; a notice of each would only bury the others.
        if body and (body != case.organisation or task.by == parties.APPROVER):
            if let_know(case, body, now=now) and body != case.organisation:
                tell_applicant(case, OTHER_BODY, now=now, body=body)
            tell_desk(case, token.number, parties.role_of(task.by), body, now=now)


def let_know(case: Case, body: str, *, now: datetime) -> bool:
    """Let the clerks and approvers of a body know of the case, from now on; return whether they didn't before."""
    return CaseParty.objects.get_or_create(case=case, organisation=body, defaults={"since": now})[1]


def _clause(case: Case, clause: str) -> str:
    """Return what a decision rests on: the item's first law; other moves keep the table's clause."""
    if clause != WORKFLOW.move(CaseState.APPROVED, "close").clause:
        return clause
    basis = case.item.definition.legal_basis[0]
    return f"{basis.law.zh.strip('《》')} {basis.clause.zh}"[:120]


def _append(
    case: Case, name: str, *, actor: Actor, now: datetime, source: str, target: str, clause: str, facts: Facts | None
) -> None:
    kind = _kind(actor, case)
    CaseEvent.objects.create(
        case=case,
        at=now,
        name=name,
        source=source,
        target=target,
        clause=clause,
        actor_kind=kind,
        actor_name=_name_in_history(kind, actor, case),
        facts=dict(facts or {}),
    )


def _kind(actor: Actor, case: Case) -> str:
    """Return as what somebody acts: clerks of other bodies that have a step in the case are clerks too."""
    if actor is SYSTEM:
        return "SYSTEM"
    return next(iter(sorted(roles_on(actor, case))), str(Role.CLERK))


def _name_in_history(kind: str, actor: Actor, case: Case) -> str:
    """Officers stand there by name; the applicant as masked as on the rest of the page, the program not at all."""
    return {"SYSTEM": "", str(Role.CITIZEN): case.masked_name}.get(kind, actor.name)


def _announce(case: Case) -> None:
    outbox.announce(
        "services.case_decided",
        {
            "number": case.number,
            "item": case.item_slug,
            "organisation": case.organisation,
            "state": case.state,
            "evidence": [str(one) for one in case.evidence],
        },
    )
