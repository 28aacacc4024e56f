"""A case comes under public notice when its process comes to that step, and leaves it when the case has gone on."""

from datetime import datetime, timedelta
from typing import Final

from haihe.base.numbering.api import next_number
from haihe.base.processes import api as processes
from haihe.kernel.process.state import State, Token
from haihe.platforms.services.models import Case, PublicNotice
from haihe.platforms.services.news import UNDER_NOTICE
from haihe.platforms.services.telling import tell_applicant

NOTICE: Final = "notice"
"""The step's name in every process that shows its cases to the public."""
OBJECTION: Final = "objection"
"""The event that such a step hears of, and the step that may follow it."""
_UNTIL_THE_CALENDAR_IS_THERE: Final = timedelta(days=30)


def keep_notice(case: Case, state: State, *, now: datetime) -> None:
    """Open and end the notices of a locked case as its process stands now; the case is saved by whoever calls."""
    token = next((token for token in state.tokens if token.step == NOTICE), None)
    if token is None and not case.is_under_notice:
        return
    running = PublicNotice.objects.filter(case=case, ended_at=None).first()
    if token is not None:
        if running is None:
            _open(case, token, now)
        case.is_under_notice = True
    elif not any(token.step == OBJECTION for token in state.tokens):
        # While objections are examined the time for more of them runs on.
        PublicNotice.objects.filter(case=case, ended_at=None).update(ended_at=now)
        case.is_under_notice = False


def running_notice(case: Case) -> PublicNotice | None:
    """Return the notice that the case is under; None where it is under none."""
    return PublicNotice.objects.filter(case=case, ended_at=None).first() if case.is_under_notice else None


def _open(case: Case, token: Token, now: datetime) -> None:
    process = processes.process_of(case.process_case_id) if case.process_case_id else None
    if process is None:
        return
    title = process.step(NOTICE).title
    PublicNotice.objects.create(
        number=next_number("GS", PublicNotice.objects.all(), now),
        case=case,
        step=token.number,
        organisation=case.organisation,
        title_zh=title.zh,
        title_en=title.en,
        begins_at=token.since,
        ends_at=token.due_at or token.since + _UNTIL_THE_CALENDAR_IS_THERE,
    )
    tell_applicant(case, UNDER_NOTICE, now=now)
