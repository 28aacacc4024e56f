"""What applicants and desks are told while they aren't looking: in the inbox, and by whatever carries notices out."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from haihe.base.accounts.api import Role, user_with
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts, Person
from haihe.platforms.services.models import Absence, Appeal, Case, Verification
from haihe.platforms.services.news import TOLD, appeal_told, case_told
from haihe.platforms.services.parties import keys_of

_TO_REVIEW: Final = "services.to_review"
_CHANGED: Final = "services.case_changed"
_STEP: Final = "services.step_open"
_LATE: Final = "services.late"
_APPEAL: Final = "services.appeal"
_APPEAL_FILED: Final = "services.appeal_filed"
_APPEAL_LATE: Final = "services.appeal_late"
_OBJECTION: Final = "services.objection"
_DEPUTY: Final = "services.deputy"
_ESCALATED: Final = "services.escalated"
_GIVEN: Final = "services.step_given"

notices.topic("cases", gettext_lazy("办件进展"), kinds=(_CHANGED, _APPEAL, "services_forms.acted"))


def tell_to_review(case: Case, one: Verification, *, now: datetime) -> None:
    """Tell the clerks that the answer which a case rests on has been corrected."""
    notices.tell(
        to=[Desk(Role.CLERK, case.organisation)],
        kind=_TO_REVIEW,
        key=f"{_TO_REVIEW}:{one.pk}",
        facts={"number": case.number},
        path=reverse("services:desk-case", args=[case.number]),
        now=now,
    )


@notices.words(_TO_REVIEW)
def _say_to_review(facts: Facts) -> str:
    return gettext("办件 %(number)s 的答复已更正，请复核。") % {"number": facts["number"]}


def tell_applicant(case: Case, event: str, *, now: datetime, body: str = "") -> None:
    """Tell those on the applicant's side of an event that is news to them, as far as they have an account.

    `body` is whose step it is, where that is the news.
    """
    if event not in TOLD or not (people := people_of(case, now=now)):
        return
    notices.tell(
        to=people,
        kind=_CHANGED,
        key=f"{_CHANGED}:{case.number}:{event}{body}:{now.isoformat()}",
        facts={"number": case.number, "state": case.state, "event": event, "body": body},
        path=reverse("services:case", args=[case.number]),
        now=now,
    )


def people_of(case: Case, *, now: datetime) -> list[Person]:
    """Return the accounts of those on the applicant's side."""
    users = [user_with(key, now=now) for key in keys_of(case)]
    return [Person(user) for user in users if user]


def tell_desk(case: Case, step: int, role: Role, body: str, *, now: datetime) -> None:
    """Tell those who take a step that it is open; once for each step."""
    _tell_body(case, _STEP, f"{_STEP}:{case.number}:{step}", [Desk(role, body)], now)


def tell_late(case: Case, what: str, bodies: list[str], *, now: datetime) -> None:
    """Tell the clerks and the approvers of each body that a limit or step of theirs has run out."""
    desks = [Desk(role, body) for body in bodies for role in (Role.CLERK, Role.APPROVER)]
    _tell_body(case, _LATE, f"{_LATE}:{case.number}:{what}", desks, now)


def tell_appeal_filed(appeal: Appeal, case: Case, *, now: datetime) -> None:
    """Tell those who may review that a review is asked for."""
    desks = [Desk(role, case.organisation) for role in (Role.APPROVER, Role.CLERK)]
    _tell_body(case, _APPEAL_FILED, f"{_APPEAL_FILED}:{appeal.pk}", desks, now)


def tell_appeal_late(appeal: Appeal, case: Case, *, now: datetime) -> None:
    """Tell those who may review that the time for it is over."""
    desks = [Desk(role, case.organisation) for role in (Role.APPROVER, Role.CLERK)]
    _tell_body(case, _APPEAL_LATE, f"{_APPEAL_LATE}:{appeal.pk}", desks, now)


def tell_appeal(appeal: Appeal, case: Case, *, now: datetime) -> None:
    """Tell those on the applicant's side how far their appeal is."""
    if people := people_of(case, now=now):
        notices.tell(
            to=people,
            kind=_APPEAL,
            key=f"{_APPEAL}:{appeal.pk}:{appeal.state}",
            facts={"number": case.number, "state": appeal.state},
            path=reverse("services:case", args=[case.number]),
            now=now,
        )


def tell_objection(case: Case, key: UUID, *, now: datetime) -> None:
    """Tell the clerks of the handling body of an objection during a notice."""
    _tell_body(case, _OBJECTION, f"{_OBJECTION}:{key}", [Desk(Role.CLERK, case.organisation)], now)


def tell_escalated(case: Case, *, now: datetime) -> None:
    """Tell the approvers of the handling body of a case that stays late."""
    _tell_body(case, _ESCALATED, f"{_ESCALATED}:{case.number}", [Desk(Role.APPROVER, case.organisation)], now)


def tell_given(case: Case, step: int, to: UUID, *, now: datetime) -> None:
    """Tell an officer that a step was given to them."""
    notices.tell(
        to=[Person(to)],
        kind=_GIVEN,
        key=f"{_GIVEN}:{case.number}:{step}:{now.isoformat()}",
        facts={"number": case.number},
        path=reverse("services:desk-case", args=[case.number]),
        now=now,
    )


def tell_deputy(absence: Absence, *, now: datetime) -> None:
    """Tell an officer that they stand in for a colleague."""
    notices.tell(
        to=[Person(absence.deputy)],
        kind=_DEPUTY,
        key=f"{_DEPUTY}:{absence.pk}",
        facts={"from": absence.from_day.isoformat(), "until": absence.until_day.isoformat()},
        path=reverse("services:steps"),
        now=now,
    )


def _tell_body(case: Case, kind: str, key: str, to: list[Desk], now: datetime) -> None:
    path = reverse("services:desk-case", args=[case.number])
    notices.tell(to=to, kind=kind, key=key, facts={"number": case.number}, path=path, now=now)


@notices.words(_CHANGED)
def _say_changed(facts: Facts) -> str:
    return case_told(facts)


@notices.words(_STEP)
def _say_step(facts: Facts) -> str:
    return gettext("办件 %(number)s 有一个环节等待办理。") % {"number": facts["number"]}


@notices.words(_LATE)
def _say_late(facts: Facts) -> str:
    return gettext("办件 %(number)s 已超过时限，请尽快办理。") % {"number": facts["number"]}


@notices.words(_APPEAL)
def _say_appeal(facts: Facts) -> str:
    return appeal_told(facts)


@notices.words(_APPEAL_FILED)
def _say_appeal_filed(facts: Facts) -> str:
    return gettext("申请人对办件 %(number)s 的决定提出申诉，请由作出决定以外的人员复核。") % {"number": facts["number"]}


@notices.words(_APPEAL_LATE)
def _say_appeal_late(facts: Facts) -> str:
    return gettext("办件 %(number)s 的申诉复核已超过时限，请尽快答复。") % {"number": facts["number"]}


@notices.words(_OBJECTION)
def _say_objection(facts: Facts) -> str:
    return gettext("办件 %(number)s 公示期间有人提出异议，请打开办件审查并答复。") % {"number": facts["number"]}


@notices.words(_ESCALATED)
def _say_escalated(facts: Facts) -> str:
    return gettext("办件 %(number)s 超期已满一天，请督促办理，必要时转交他人。") % {"number": facts["number"]}


@notices.words(_GIVEN)
def _say_given(facts: Facts) -> str:
    return gettext("办件 %(number)s 的一个环节已转交给您办理。") % {"number": facts["number"]}


@notices.words(_DEPUTY)
def _say_deputy(facts: Facts) -> str:
    return gettext("从 %(from)s 到 %(until)s，由您接替一位同事办理环节。") % {
        "from": facts["from"],
        "until": facts["until"],
    }
