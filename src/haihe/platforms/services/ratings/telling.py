"""What raters, supervisors and judges are told: in the inbox, and by whatever carries notices out."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from haihe.base.accounts.api import Role, user_with
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts, Person
from haihe.platforms.services.ratings import links
from haihe.platforms.services.ratings.models import Invitation, LowRating

INVITED: Final = "ratings.invited"
_OPENED: Final = "ratings.low_opened"
_TO_JUDGE: Final = "ratings.to_judge"
_ANSWERED: Final = "ratings.answered"
_CHANGED: Final = "ratings.low_changed"
_JUDGED: Final = "ratings.judged"
_LATE: Final = "ratings.late"


def tell_invited(invitation: Invitation, *, now: datetime) -> None:
    """Ask whoever it was for how it was, where they have an account to be asked by."""
    if (person := _holder(invitation, now)) is None:
        return
    notices.tell(
        to=[person],
        kind=INVITED,
        key=f"{INVITED}:{invitation.pk}",
        facts={"number": invitation.subject_number, "invitation": str(invitation.pk)},
        path=reverse("ratings:rate", args=[invitation.pk]),
        now=now,
    )


def tell_supervisor(low: LowRating, *, now: datetime) -> None:
    """Tell the one to whom a low rating came; where there is none, the authority over all ratings."""
    to = Person(low.assigned_to) if low.assigned_to else Desk(Role.OPERATOR)
    _tell(low, _OPENED, [to], now=now)


def tell_judges(low: LowRating, *, now: datetime) -> None:
    _tell(low, _TO_JUDGE, [Desk(Role.OPERATOR)], now=now)


def tell_body(low: LowRating, *, now: datetime) -> None:
    """Tell the body what the judge decided."""
    to = Person(low.assigned_to) if low.assigned_to else Desk(Role.APPROVER, low.organisation)
    _tell(low, _JUDGED, [to], now=now)


def tell_late(low: LowRating, *, now: datetime) -> None:
    _tell(low, _LATE, [Desk(Role.APPROVER, low.organisation), Desk(Role.OPERATOR)], now=now)


def tell_rater(low: LowRating, *, is_answer: bool, now: datetime) -> None:
    """Tell the rater that there is an answer to confirm, or that the matter has ended."""
    invitation = low.rating.invitation
    if (person := _holder(invitation, now)) is None:
        return
    kind = _ANSWERED if is_answer else _CHANGED
    notices.tell(
        to=[person],
        kind=kind,
        key=f"{kind}:{low.number}:{now.isoformat()}",
        facts={"number": low.number, "invitation": str(invitation.pk)},
        path=reverse("ratings:rate", args=[invitation.pk]),
        now=now,
    )


def _tell(low: LowRating, kind: str, to: list[Desk | Person], *, now: datetime) -> None:
    notices.tell(
        to=to,
        kind=kind,
        key=f"{kind}:{low.number}:{now.isoformat()}",
        facts={"number": low.number},
        path=reverse("ratings:low", args=[low.number]),
        now=now,
    )


def _holder(invitation: Invitation, now: datetime) -> Person | None:
    key = bytes(invitation.holder_key) if invitation.holder_key else None
    user: UUID | None = user_with(key, now=now) if key else None
    return Person(user) if user else None


@notices.leads_outside(INVITED)
def _rate_signed_out(facts: Facts) -> str:
    return links.rate_path(UUID(str(facts["invitation"])))


@notices.leads_outside(_ANSWERED)
@notices.leads_outside(_CHANGED)
def _follow_signed_out(facts: Facts) -> str:
    return links.follow_path(UUID(str(facts["invitation"])))


notices.topic("ratings", gettext_lazy("评价"), kinds=(INVITED, _ANSWERED, _CHANGED))


@notices.words(INVITED)
def _say_invited(facts: Facts) -> str:
    return gettext("%(number)s 已办完，请您评价：满意不满意，点一下就行。") % {"number": facts["number"]}


@notices.words(_OPENED)
def _say_opened(facts: Facts) -> str:
    return gettext("收到差评 %(number)s，请在期限内回访核实、整改并答复。") % {"number": facts["number"]}


@notices.words(_TO_JUDGE)
def _say_to_judge(facts: Facts) -> str:
    return gettext("差评 %(number)s 等待您处理：单位提出申诉，或评价人仍不满意。") % {"number": facts["number"]}


@notices.words(_JUDGED)
def _say_judged(facts: Facts) -> str:
    return gettext("差评 %(number)s 已有上级的处理意见，请查看。") % {"number": facts["number"]}


@notices.words(_ANSWERED)
def _say_answered(facts: Facts) -> str:
    return gettext("您的评价 %(number)s 有了答复，请查看，并告诉我们是否满意。") % {"number": facts["number"]}


@notices.words(_CHANGED)
def _say_changed(facts: Facts) -> str:
    return gettext("您的评价 %(number)s 有了新的处理结果，请查看。") % {"number": facts["number"]}


@notices.words(_LATE)
def _say_late(facts: Facts) -> str:
    return gettext("差评 %(number)s 已超过期限，请马上办理。") % {"number": facts["number"]}
