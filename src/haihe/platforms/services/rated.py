"""Which ends of a case are followed by the question how it was, and who may not answer it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from haihe.base.accounts.api import user_with
from haihe.base.processes import api as processes
from haihe.platforms.services.models import Case, Channel
from haihe.platforms.services.parties import keys_of
from haihe.platforms.services.ratings import api as ratings
from haihe.platforms.services.workflow import CaseState

ALWAYS: Final = frozenset({CaseState.CLOSED, CaseState.DECLINED, CaseState.NOT_ACCEPTED})
"""Whatever came of it, somebody was served."""
IF_HANDLED: Final = frozenset({CaseState.WITHDRAWN})
"""Who took it back before anybody had looked at it has nothing to rate."""
_CHANNELS: Final = {Channel.WINDOW: ratings.WINDOW, Channel.PHONE: ratings.PHONE}


def invite_to_rate(case: Case, *, now: datetime) -> None:
    """Invite the applicant of a case that has just ended, where the policy above says so."""
    handlers = handlers_of(case, now=now)
    if case.state in ALWAYS or (case.state in IF_HANDLED and handlers):
        ratings.invite(
            subject_number=case.number,
            item_slug=case.item_slug,
            authority=case.organisation,
            holder=bytes(case.actor_key or case.subject_key),
            handlers=handlers,
            channel=_CHANNELS[Channel(case.channel)],
            now=now,
        )


def handlers_of(case: Case, *, now: datetime) -> frozenset[UUID]:
    """Return the users who had a hand in the case: who took it in at the window, took steps in it, or decided it."""
    history = processes.history_of(case.process_case_id) if case.process_case_id else []
    found = {event.actor_id for event in history} | {case.decided_by}
    # What those on the applicant's side do is no handling.
    found -= {None, *(user_with(key, now=now) for key in keys_of(case))}
    (found.add if case.channel == Channel.WINDOW else found.discard)(case.opened_by)
    return frozenset(one for one in found if one is not None)
