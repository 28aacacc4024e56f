"""Dispatchers hear of new leads in their district, and a field worker of a visit that was given to them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Address, Desk, Facts, Person
from haihe.city import api as city
from haihe.data.matching.models import Lead

_NEW = "matching.leads"
_GIVEN = "matching.visit"
_SOURCE = "matching.source"
_DISTRICT_LEVEL, _DISTRICT_DIGITS = 3, 6


def tell_dispatchers(leads: Sequence[Lead], *, now: datetime) -> None:
    """Tell each district once how many leads of a run are its own; no word of whom they are about."""
    counts = Counter(lead.division[:_DISTRICT_DIGITS] for lead in leads)
    for body in city.organisations(level=_DISTRICT_LEVEL):
        count = counts[body.division[:_DISTRICT_DIGITS]]
        if count:
            notices.tell(
                to=[Desk(Role.DISPATCHER, body.code)],
                kind=_NEW,
                key=f"{_NEW}:{leads[0].run.number}:{body.code}:{leads[0].number}",
                facts={"title": leads[0].model.title, "count": count},
                path=f"{reverse('matching:leads')}?state=NEW",
                now=now,
            )


def tell_worker(lead: Lead, *, now: datetime) -> None:
    if lead.assigned_to is not None:
        notices.tell(
            to=[Person(lead.assigned_to)],
            kind=_GIVEN,
            key=f"{_GIVEN}:{lead.number}:{lead.revision}",
            facts={"title": lead.model.title},
            path=reverse("matching:visits"),
            now=now,
        )


def tell_answer_of_source(lead: Lead, *, state: str, now: datetime) -> None:
    """Tell the desk that asked, and who went there, what the source answered; no word of whom it is about."""
    facts = {"title": lead.model.title, "number": lead.number, "state": state}
    to: list[tuple[Address, str]] = [(Desk(Role.STEWARD, lead.organisation), "matching:lead")]
    if lead.assigned_to is not None and state == "REJECTED":
        to.append((Person(lead.assigned_to), "matching:visit"))
    for address, page in to:
        key, path = f"{_SOURCE}:{lead.number}:{lead.correction}:{state}", reverse(page, args=[lead.number])
        notices.tell(to=[address], kind=_SOURCE, key=key, facts=facts, path=path, now=now)


@notices.words(_SOURCE)
def _say_source(facts: Facts) -> str:
    said = {
        "CORRECTED": gettext("已更正"),
        "REJECTED": gettext("数据无误，请继续走访"),
        "WITHDRAWN": gettext("更正申请已撤回"),
        "IN_USE": gettext("更正后的数据已经启用"),
    }
    told = {"number": facts["number"], "title": facts["title"], "said": said[str(facts["state"])]}
    return gettext("线索 %(number)s（%(title)s）的数据来源有了答复：%(said)s。") % told


@notices.words(_NEW)
def _say_new(facts: Facts) -> str:
    return gettext("“%(title)s”有 %(count)s 条新线索等待分派。") % {"title": facts["title"], "count": facts["count"]}


@notices.words(_GIVEN)
def _say_given(facts: Facts) -> str:
    return gettext("有一户人家请您上门走访：%(title)s。") % {"title": facts["title"]}
