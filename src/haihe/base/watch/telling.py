"""Which desks hear of an alert, and in which words."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.base.watch.models import Alert
from haihe.base.watch.rules import RULES, value_told

_OPENED, _CLOSED = "watch.opened", "watch.closed"
_KINDS = {"opened": _OPENED, "closed": _CLOSED}


def tell(alert: Alert, what: str, *, now: datetime) -> None:
    """Tell the data centre, and the department whose service or register it is where the rule says so."""
    desks = [Desk(Role.OPERATOR)]
    if alert.owner and RULES[alert.rule].tells_owner:
        desks += [Desk(Role.STEWARD, alert.owner), Desk(Role.APPROVER, alert.owner)]
    facts = {"rule": alert.rule, "title": alert.title, "value": alert.value}
    key, path = f"watch:{alert.pk}:{what}", reverse("watch:alert", args=[alert.pk])
    notices.tell(to=desks, kind=_KINDS[what], key=key, facts=facts, path=path, now=now)


@notices.words(_OPENED)
def _say_opened(facts: Facts) -> str:
    rule = RULES.get(facts["rule"])
    told = value_told(rule.unit, float(facts["value"])) if rule else ""
    return gettext("告警：%(thing)s（%(value)s）。") % {"thing": _thing(facts), "value": told}


@notices.words(_CLOSED)
def _say_closed(facts: Facts) -> str:
    return gettext("已恢复：%(thing)s。") % {"thing": _thing(facts)}


def _thing(facts: Facts) -> str:
    rule = RULES.get(facts["rule"])
    label = str(rule.label) if rule else str(facts["rule"])
    return f"{label} · {facts['title']}" if facts["title"] else label
