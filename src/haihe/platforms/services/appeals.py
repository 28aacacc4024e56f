"""Appeals as pages show them: what a reader may do about a refusal, and the reviews that a body has to answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.models import Appeal, Case
from haihe.platforms.services.operations.appealing import last_day_to_appeal, may_review
from haihe.platforms.services.operations.renewing import may_be_granted
from haihe.platforms.services.parties import is_applicant
from haihe.platforms.services.workflow import APPEAL_OPEN, AppealState

_SOON: Final = timedelta(days=2)
_TONES: Final = {
    AppealState.FILED: "info",
    AppealState.IN_REVIEW: "info",
    AppealState.SENT_BACK: "success",
    AppealState.REPLACED: "success",
}


@dataclass(frozen=True, slots=True)
class AppealCard:
    """The review of one refusal, for one reader. `appeal` is None where none was asked for yet; `until` is when."""

    appeal: Appeal | None
    until: datetime | None
    may_file: bool
    may_withdraw: bool
    may_take: bool
    may_decide: bool
    may_grant: bool
    light: str
    is_theirs: bool

    @property
    def tone(self) -> str:
        return _TONES.get(AppealState(self.appeal.state), "neutral") if self.appeal else "info"


@dataclass(frozen=True, slots=True)
class AppealRow:
    """One review in a list."""

    appeal: Appeal
    case: Case
    item: str
    light: str
    may_review: bool


def appeal_card(case: Case, actor: Actor, *, now: datetime) -> AppealCard | None:
    """Return what there is to say about a review; None where nothing was refused."""
    until = last_day_to_appeal(case)
    if until is None:
        return None
    appeal = Appeal.objects.filter(case=case).select_related("renewed").first()
    is_theirs = is_applicant(actor, case)
    in_time = timezone.localdate(now) <= timezone.localdate(until)
    state = appeal.state if appeal else ""
    reviews = may_review(actor, case)
    decides = reviews and state == AppealState.IN_REVIEW and appeal is not None and appeal.reviewer == actor.user_id
    return AppealCard(
        appeal=appeal,
        until=until,
        may_file=is_theirs and appeal is None and in_time,
        may_withdraw=is_theirs and state in APPEAL_OPEN,
        may_take=reviews and state == AppealState.FILED,
        may_decide=decides,
        may_grant=decides and may_be_granted(case),
        light=light_of(appeal, now) if appeal else "",
        is_theirs=is_theirs,
    )


def appeals_of(actor: Actor, *, closed: bool = False) -> tuple[QuerySet[Appeal], ...]:
    """Return the reviews that this actor's bodies have to answer, those due first; or those they have answered.

    In segments that follow one another: those whose clock doesn't run come last.
    """
    bodies = actor.organisations(Role.CLERK, Role.APPROVER)
    rows = Appeal.objects.filter(organisation__in=bodies).select_related("case").prefetch_related("case__item")
    if closed:
        return (rows.filter(closed_at__isnull=False).order_by("-closed_at", "-id"),)
    found = rows.filter(state__in=APPEAL_OPEN)
    without_clock = found.filter(due_at__isnull=True).order_by("id")
    return found.filter(due_at__isnull=False).order_by("due_at", "id"), without_clock


def appeal_row(appeal: Appeal, actor: Actor, *, now: datetime) -> AppealRow:
    case = appeal.case
    return AppealRow(
        appeal, case, str(case.item.definition.name), light_of(appeal, now), may_review=may_review(actor, case)
    )


def light_of(appeal: Appeal, now: datetime) -> str:
    """Green, yellow or red as success, warning or danger; "" where nothing runs."""
    if appeal.due_at is None or appeal.state not in APPEAL_OPEN:
        return ""
    if appeal.due_at <= now:
        return "danger"
    return "warning" if appeal.due_at - now < _SOON else "success"
