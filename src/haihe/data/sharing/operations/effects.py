"""What a request's moves do to it besides its state: clocks that start, rest and grow, and who decided."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.data.catalogue.api import SharingType
from haihe.data.sharing.errors import NotNow
from haihe.data.sharing.models import SharingRequest
from haihe.data.sharing.models.answering import AnsweredInTime
from haihe.data.sharing.operations.moving import check_overdue
from haihe.data.sharing.queries.clocks import working_days
from haihe.data.sharing.workflow import ANSWER_CLOCKS, ClockName, RequestState
from haihe.kernel.clocks import due_after, working_days_left

type Effect = Callable[[SharingRequest, Actor, datetime, str], None]


def _approve_by_office(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    row.office_approved_by, row.office_approved_at = actor.user_id, now
    clock = ANSWER_CLOCKS[SharingType(row.sharing_type)]
    row.start_clock(timezone.localdate(now), working_days(clock, owner=row.owner, resource=row.service.resource))


def _approve_to_precheck(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    """The clock of the answer starts on arrival at the authority; the pre-check runs within it."""
    _approve_by_office(row, actor, now, words)
    days = working_days(ClockName.PRECHECK, owner=row.owner, resource=row.service.resource)
    row.precheck_due_on = due_after(timezone.localdate(now), days)


def _end_precheck(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    row.precheck_due_on = None


def ask_supplement(row: AnsweredInTime, actor: Actor, now: datetime, words: str) -> None:
    if row.supplement_asked_at is not None:
        raise NotNow(_("补正只能一次性告知，这件申请已经告知过。"))
    left = _days_left(row, now)
    if left < 0:
        raise NotNow(_("答复期限已过，不能再要求补正；请尽快答复。"))
    # The clock rests with what was left, and at least a day to answer when it goes on.
    row.supplement_asked_at, row.clock_days = now, max(left, 1)


def supplement(row: AnsweredInTime, actor: Actor, now: datetime, words: str) -> None:
    row.start_clock(timezone.localdate(now), row.clock_days)


def _ask_extension(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    if row.sharing_type != SharingType.CONDITIONAL:
        raise NotNow(_("无条件共享的资源不得延长答复期限。"))
    if row.extension_asked_at is not None:
        raise NotNow(_("延长答复期限只能提出一次。"))
    if _days_left(row, now) < 0:
        raise NotNow(_("答复期限已过，不能再延长；请尽快答复。"))
    row.extension_asked_at = now


def _consent_extension(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    if row.extension_asked_at is None or row.extended_at is not None or row.clock_started_on is None:
        raise NotNow(_("数据提供部门没有提出延长，或者已经延长过一次。"))
    row.extended_at = now
    more = working_days(ClockName.EXTENSION, owner=row.owner, resource=row.service.resource)
    row.start_clock(row.clock_started_on, row.clock_days + more)


def urge(row: AnsweredInTime, actor: Actor, now: datetime, words: str) -> None:
    check_overdue(row, now)


def note_overdue(row: AnsweredInTime, actor: Actor, now: datetime, words: str) -> None:
    row.overdue_told_at = now


def _decide(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    row.decided_by, row.decided_at, row.decided_by_rule = actor.user_id, now, actor is SYSTEM
    if row.state == RequestState.REFUSED:
        row.refusal_reason = words


def _days_left(row: AnsweredInTime, now: datetime) -> int:
    """Count the working days left; past the calendar's end, all of them."""
    today = timezone.localdate(now)
    if row.due_on is not None and today > row.due_on:
        return -1
    left = working_days_left(row.due_on, today) if row.due_on else None
    return row.clock_days if left is None else left


EFFECTS: Final[dict[str, Effect]] = {
    "approve_by_office": _approve_by_office,
    "approve_to_precheck": _approve_to_precheck,
    "pass_precheck": _end_precheck,
    "pass_by_rule": _end_precheck,
    "ask_supplement": ask_supplement,
    "supplement": supplement,
    "ask_extension": _ask_extension,
    "consent_extension": _consent_extension,
    "approve": _decide,
    "approve_by_rule": _decide,
    "refuse": _decide,
    "overdue": note_overdue,
    "urge": urge,
}
