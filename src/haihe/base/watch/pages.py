"""What the pages of alerts show."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor
from haihe.base.watch.models import Alert, AlertEvent
from haihe.base.watch.queries import RuleInForce, parts_on
from haihe.base.watch.rules import RULES, value_told
from haihe.base.watch.workflow import ALERT, Part

HAPPENED: dict[str, Promise] = {
    "open": _("发出告警"),
    "acknowledge": _("着手处理"),
    "close": _("恢复正常，告警关闭"),
}
_TONES = {"open": "danger", "acknowledge": "info", "close": "success"}
_WELL_OR_NOT = frozenset({"down", "hours"})
_STATES = {"OPEN": "danger", "ACKNOWLEDGED": "warning", "CLOSED": "success"}


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert in words."""

    row: Alert
    label: Promise | str
    value: str
    worst: str
    tone: str

    @property
    def name(self) -> str:
        return f"{self.label} · {self.row.title}" if self.row.title else str(self.label)


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of an alert's history, as the time line shows it."""

    title: Promise | str
    at: datetime
    who: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class AlertsPage:
    open: list[AlertLine]
    closed: list[AlertLine]
    rows: "Page[Alert]"
    may_set: bool


@dataclass(frozen=True, slots=True)
class AlertPage:
    line: AlertLine
    advice: Promise | str
    history: list[Happened]
    may_acknowledge: bool
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule and its limits, in words."""

    row: RuleInForce
    opens: str
    closes: str


def line(row: Alert) -> AlertLine:
    """Return the alert in words; a rule that a newer version forgot is called by its name."""
    rule = RULES.get(row.rule)
    unit = rule.unit if rule else "records"
    label = rule.label if rule else row.rule
    return AlertLine(row, label, value_told(unit, row.value), value_told(unit, row.worst), _STATES[row.state])


def alert_page(actor: Actor, row: Alert, *, complaint: str = "") -> AlertPage:
    rule = RULES.get(row.rule)
    return AlertPage(
        line=line(row),
        advice=rule.advice if rule else "",
        history=[_happened(event) for event in row.events.order_by("-id")],
        may_acknowledge=any(move.name == "acknowledge" for move in ALERT.allowed(row.state, parts_on(actor, row))),
        complaint=complaint,
    )


def rule_lines(rules: list[RuleInForce]) -> list[RuleLine]:
    return [_rule_line(row) for row in rules]


def _rule_line(row: RuleInForce) -> RuleLine:
    unit, limits = row.rule.unit, row.limits
    # Of what is well or not, the least above zero opens and zero closes.
    closes = value_told(unit, 0.0 if unit in _WELL_OR_NOT and limits.closes <= 1 else limits.closes)
    is_any = unit == "hours" and limits.opens == row.rule.limits.opens
    return RuleLine(row, gettext("超过承诺时限") if is_any else value_told(unit, limits.opens), closes)


def _happened(event: AlertEvent) -> Happened:
    who = "" if event.part == Part.WATCH else event.actor_name
    return Happened(HAPPENED[event.name], event.at, who, event.words, _TONES[event.name])
