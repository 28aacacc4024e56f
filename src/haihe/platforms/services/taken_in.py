"""What whoever took a case in at a window may know of it: how it stands and what data proved, whosever it is now."""

from dataclasses import dataclass
from datetime import datetime

from haihe.base.accounts.api import Actor
from haihe.platforms.services.models import Case, Channel
from haihe.platforms.services.operations import may_accept_at_front
from haihe.platforms.services.pages import ProofRow, proofs_of
from haihe.platforms.services.queries import visible_cases
from haihe.platforms.services.wording import state_told


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A case as its taker sees it. `is_ours`: they may open it on their own department's desk too."""

    number: str
    state: str
    proofs: list[ProofRow]
    papers_saved: int
    trips_saved: int
    masked_name: str
    is_ours: bool
    name: str = ""
    may_accept: bool = False
    """Acceptance is entrusted to the counter where they sit, and open."""


def taken_in(actor: Actor, number: str, *, now: datetime) -> TakenIn | None:
    """Return a case that the actor took in at a window themselves; None for any other."""
    if actor.user_id is None:
        return None
    rows = Case.objects.select_related("item").filter(number=number, opened_by=actor.user_id, channel=Channel.WINDOW)
    case = rows.first()
    if case is None:
        return None
    return TakenIn(
        number=case.number,
        state=state_told(case),
        proofs=proofs_of(case),
        papers_saved=case.papers_saved,
        trips_saved=case.trips_saved,
        masked_name=case.masked_name,
        is_ours=visible_cases(actor).filter(pk=case.pk).exists(),
        may_accept=may_accept_at_front(actor, case, now=now),
        name=str(case.item.definition.name),
    )
