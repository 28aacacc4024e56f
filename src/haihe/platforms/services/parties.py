"""Who takes a step. A process says it in a word: clerk, approver, citizen, or department:<code>.

`department:{other_department}` is the one that the item names.
"""

from typing import Final

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.models import Case

CITIZEN: Final = "citizen"
CLERK: Final = "clerk"
APPROVER: Final = "approver"
FIRE_BRIGADE: Final = "120048"
"""Who speaks beside the authority where an item's version doesn't say yet who does."""
_DEPARTMENT: Final = "department:"


def body_of(by: str, case: Case) -> str:
    """Return the code of the body that takes the step; "" where it is the applicant's."""
    if by == CITIZEN:
        return ""
    return by.removeprefix(_DEPARTMENT) if by.startswith(_DEPARTMENT) else case.organisation


def role_of(by: str) -> Role:
    """Return the role that takes the step within its body."""
    return Role.APPROVER if by == APPROVER else Role.CITIZEN if by == CITIZEN else Role.CLERK


def is_applicant(actor: Actor, case: Case) -> bool:
    """Say whether it is the actor's own case: their matter, that of one they act for, or that of their company."""
    return actor.subject_key is not None and actor.subject_key in keys_of(case)


def keys_of(case: Case) -> list[bytes]:
    """Return the keys of those on the applicant's side: whose matter it is, who acts, a company's head."""
    return [bytes(key) for key in (case.subject_key, case.actor_key, case.representative_key) if key]


def may_take(actor: Actor, case: Case, by: str) -> bool:
    """Say whether the actor may take such a step of this case. Nobody handles their own application (回避).

    What the applicant has to do, a clerk of the handling body may do for them at the window.
    """
    if is_applicant(actor, case):
        return by == CITIZEN and actor.has(Role.CITIZEN)
    if by == CITIZEN:
        return actor.has(Role.CLERK, case.organisation)
    return actor.has(role_of(by), body_of(by, case))


def may_give(actor: Actor, case: Case, by: str) -> bool:
    """Say whether the actor may give such a step to a colleague: whoever may take it, and the body's approvers."""
    heads = actor.has(Role.APPROVER, body_of(by, case)) and not is_applicant(actor, case)
    return by != CITIZEN and (heads or may_take(actor, case, by))


def words_of(actor: Actor) -> list[str]:
    """Return the words that departments' steps bear which this actor may take."""
    return [f"{_DEPARTMENT}{code}" for code in sorted(actor.organisations(Role.CLERK))]
