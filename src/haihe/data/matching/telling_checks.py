"""Whom a check is about hears that they may answer, and what was decided; who decides hears that there is an answer."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts import api as accounts
from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Address, Desk, Facts, Person
from haihe.data.matching.models import Lead

_TOLD, _DECIDED, _ANSWERED = "matching.told", "matching.decided", "matching.answered"


def tell_person(lead: Lead, *, until: date | None, now: datetime) -> None:
    """Tell the person, who has an account, that they were checked and until when they may answer."""
    facts = {"title": lead.model.title, "until": until.isoformat() if until else ""}
    _tell_subject(lead, _TOLD, facts, now)


def tell_decision(lead: Lead, *, now: datetime) -> None:
    _tell_subject(lead, _DECIDED, {"title": lead.model.title}, now)


def tell_answer(lead: Lead, *, now: datetime) -> None:
    """Tell who decides, and who went there, that the person answered; no word of what they said."""
    facts, key = {"title": lead.model.title, "number": lead.number}, f"{_ANSWERED}:{lead.number}:{lead.revision}"
    to: list[tuple[Address, str]] = [(Desk(Role.APPROVER, lead.organisation), "matching:lead")]
    if lead.assigned_to is not None:
        to.append((Person(lead.assigned_to), "matching:visit"))
    for address, page in to:
        path = reverse(page, args=[lead.number])
        notices.tell(to=[address], kind=_ANSWERED, key=key, facts=facts, path=path, now=now)


def _tell_subject(lead: Lead, kind: str, facts: dict[str, Any], now: datetime) -> None:
    user = accounts.user_with(bytes(lead.subject), now=now) if lead.subject is not None else None
    if user is None:
        return
    path = reverse("matching:check", args=[lead.number])
    notices.tell(to=[Person(user)], kind=kind, key=f"{kind}:{lead.number}", facts=facts, path=path, now=now)


@notices.words(_TOLD)
def _say_told(facts: Facts) -> str:
    if not facts["until"]:
        return gettext("“%(title)s”涉及您：核查告知已到您的账号，请查看并陈述意见。") % {"title": facts["title"]}
    told = {"title": facts["title"], "day": facts["until"]}
    return gettext("“%(title)s”涉及您：作出决定之前请您陈述意见，%(day)s 前有效。") % told


@notices.words(_DECIDED)
def _say_decided(facts: Facts) -> str:
    return gettext("“%(title)s”已经作出决定，请查看决定、理由和救济途径。") % {"title": facts["title"]}


@notices.words(_ANSWERED)
def _say_answered(facts: Facts) -> str:
    told = {"title": facts["title"], "number": facts["number"]}
    return gettext("线索 %(number)s（%(title)s）的本人作了陈述，请看过之后再决定。") % told
