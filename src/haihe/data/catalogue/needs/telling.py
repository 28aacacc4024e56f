"""Which desks hear of demands, and in which words."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.catalogue.needs.models import Demand

_ASKED, _ANSWERED = "catalogue.demand_asked", "catalogue.demand_answered"


def tell_asked(demand: Demand, now: datetime) -> None:
    """Tell the stewards who would register it."""
    _tell(demand, _ASKED, demand.owner, now)


def tell_answered(demand: Demand, now: datetime) -> None:
    """Tell the stewards who asked."""
    _tell(demand, _ANSWERED, demand.organisation, now)


def _tell(demand: Demand, kind: str, organisation: str, now: datetime) -> None:
    notices.tell(
        to=[Desk(Role.STEWARD, organisation)],
        kind=kind,
        key=f"{kind}:{demand.number}",
        facts={"number": demand.number, "title": demand.title},
        path=reverse("catalogue:demand", args=[demand.number]),
        now=now,
    )


@notices.words(_ASKED)
def _say_asked(facts: Facts) -> str:
    return _("新的数据需求 %(number)s：%(title)s。") % {"number": facts["number"], "title": facts["title"]}


@notices.words(_ANSWERED)
def _say_answered(facts: Facts) -> str:
    return _("数据需求 %(number)s 已答复：%(title)s。") % {"number": facts["number"], "title": facts["title"]}
