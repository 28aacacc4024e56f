"""Dispatchers hear of new leads in their district, and a field worker of a visit that was given to them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts, Person
from haihe.city import api as city
from haihe.data.matching.models import Lead

_NEW = "matching.leads"
_GIVEN = "matching.visit"
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


@notices.words(_NEW)
def _say_new(facts: Facts) -> str:
    return gettext("“%(title)s”有 %(count)s 条新线索等待分派。") % {"title": facts["title"], "count": facts["count"]}


@notices.words(_GIVEN)
def _say_given(facts: Facts) -> str:
    return gettext("有一户人家请您上门走访：%(title)s。") % {"title": facts["title"]}
