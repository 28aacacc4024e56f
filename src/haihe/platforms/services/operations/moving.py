"""The one way in which a case changes its state: locked, allowed by the table, recorded."""

from collections.abc import Mapping
from datetime import datetime

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role
from haihe.base.outbox import api as outbox
from haihe.platforms.services.due import due_after
from haihe.platforms.services.errors import CaseNotFound
from haihe.platforms.services.models import Case, CaseEvent
from haihe.platforms.services.queries import case_for, roles_on
from haihe.platforms.services.workflow import ASKABLE, ENDED, UNDECIDED, WAITING, WORKFLOW, CaseState

type Facts = Mapping[str, str | int | None]


def lock(actor: Actor, number: str) -> Case:
    """Return the case, locked until the transaction ends. Raises: CaseNotFound."""
    seen = case_for(actor, number)
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


def move(case: Case, name: str, *, actor: Actor, now: datetime, facts: Facts | None = None) -> None:
    """Move a locked case and save it. Raises: ForbiddenMove, NotPermitted."""
    step = WORKFLOW.move(case.state, name)
    if roles_on(actor, case).isdisjoint(step.roles):
        raise NotPermitted(f"{name} needs one of {', '.join(step.roles)} on this case")
    source, case.state = case.state, step.target
    _keep_clocks(case, now)
    case.save()
    _append(case, name, actor=actor, now=now, source=source, target=step.target, clause=step.clause, facts=facts)
    if source in UNDECIDED and case.state not in UNDECIDED:
        _announce(case)


def _keep_clocks(case: Case, now: datetime) -> None:
    if case.state not in ASKABLE:
        case.verifications.update(next_ask_at=None)
    if case.state in WAITING:
        # Time in which the applicant or the source is awaited isn't the office's.
        case.due_at = None
    elif case.state == CaseState.AWAITING_DECISION:
        case.due_at = due_after(now, case.item.definition.promised_days)
    if case.state not in UNDECIDED and case.decided_at is None:
        case.decided_at = now
    if case.state in ENDED:
        case.closed_at = now


def _append(
    case: Case, name: str, *, actor: Actor, now: datetime, source: str, target: str, clause: str, facts: Facts | None
) -> None:
    kind = next(iter(roles_on(actor, case)), "SYSTEM")
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
