"""What cases hear of their processes that nobody did: time that is over, lamps that turn, programs that answered.

Heard in the transaction in which it happens, with the process locked; what people do is kept by their own operations.
"""

import logging
from collections.abc import Sequence
from uuid import UUID

from haihe.base.accounts.api import SYSTEM
from haihe.base.processes import api as processes
from haihe.kernel.process.state import Happening, Kind, State
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services import parties
from haihe.platforms.services.models import Case
from haihe.platforms.services.news import LATE
from haihe.platforms.services.operations import driving
from haihe.platforms.services.operations.moving import Facts, follow, let_know
from haihe.platforms.services.telling import tell_applicant, tell_late

_LOG = logging.getLogger("haihe.services")


def hear(process_case: UUID, happened: Sequence[Happening], state: State) -> None:
    """Take the case to where its process stands now, and tell whose time is running out."""
    case = Case.objects.select_for_update(of=("self",)).select_related("item").filter(process_case=process_case).first()
    if case is None or not happened:
        return
    now = happened[-1].at
    for one in happened:
        if one.kind is Kind.WARNED:
            case.warned_at = one.at
        elif one.kind is Kind.LATE:
            bodies = _bodies(case, state, one)
            for body in bodies:
                let_know(case, body, now=now)
            tell_late(case, f"{one.step or one.detail}:{one.token}", bodies, now=now)
            tell_applicant(case, LATE, now=now)
    try:
        follow(case, state, actor=SYSTEM, now=now, facts=_facts(process_case, happened))
    except ForbiddenMove as impossible:
        # The process goes on all the same; a case whose state lags is led on by the table alone (driving.drive).
        _LOG.error("case %s: %s", case.number, impossible)


def _facts(process_case: UUID, happened: Sequence[Happening]) -> Facts:
    first = happened[0]
    facts = {"kind": first.kind.value, "step": first.step}
    process = processes.process_of(process_case)
    if first.kind is not Kind.DONE or process is None:
        return facts
    title = process.step(first.step).title
    return facts | {"choice": first.detail, "title_zh": title.zh, "title_en": title.en}


def _bodies(case: Case, state: State, late: Happening) -> list[str]:
    """Return whose step is late; where a limit over several steps is, all whose steps are open."""
    tasks = driving.awaited(case.process_case_id, state) if case.process_case_id else []
    late_ones = [task for token, task in tasks if not late.step or token.number == late.token]
    return sorted({body for task in late_ones if (body := parties.body_of(task.by, case))} or {case.organisation})
