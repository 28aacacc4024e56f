"""Reads of alerts and their limits. What somebody may not know of isn't there for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.base.watch.judging import Limits
from haihe.base.watch.models import Alert, AlertSetting
from haihe.base.watch.rules import RULES, Rule
from haihe.base.watch.workflow import AlertState, Part

SHOWN_FOR = timedelta(days=90)
_OFFICE = (Role.STEWARD, Role.APPROVER)


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule with the limits that count now; `setting` is the operator's, if there is one."""

    rule: Rule
    limits: Limits
    enabled: bool
    setting: AlertSetting | None


def visible_alerts(actor: Actor) -> QuerySet[Alert]:
    """Return all alerts for the data centre and the auditor; for a department, those of its services and registers."""
    rows = Alert.objects.all()
    if actor is SYSTEM or actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR):
        return rows
    return rows.filter(
        owner__in=actor.organisations(*_OFFICE), rule__in=[r.name for r in RULES.values() if r.tells_owner]
    )


def open_alerts(actor: Actor) -> QuerySet[Alert]:
    """Return those that aren't well again, those that nobody has taken on first."""
    return visible_alerts(actor).exclude(state=AlertState.CLOSED).order_by("-state", "-opened_at")


def closed_alerts(actor: Actor, *, now: datetime) -> QuerySet[Alert]:
    return visible_alerts(actor).filter(closed_at__gt=now - SHOWN_FOR).order_by("-closed_at")


def parts_on(actor: Actor, alert: Alert) -> frozenset[Part]:
    """Return in which parts the actor may act on the alert."""
    parts = {Part.AUTHORITY} if actor.has(Role.OPERATOR) else set()
    if alert.owner and any(actor.has(role, alert.owner) for role in _OFFICE) and RULES[alert.rule].tells_owner:
        parts.add(Part.OWNER)
    return frozenset(parts)


def rules_in_force() -> list[RuleInForce]:
    """Return all rules in their order."""
    newest = {row.rule: row for row in AlertSetting.objects.order_by("rule", "-id").distinct("rule")}
    return [_in_force(rule, newest.get(rule.name)) for rule in RULES.values()]


def _in_force(rule: Rule, setting: AlertSetting | None) -> RuleInForce:
    if setting is None:
        return RuleInForce(rule, rule.limits, True, None)
    return RuleInForce(rule, Limits(setting.opens, setting.closes, setting.minutes), setting.enabled, setting)
