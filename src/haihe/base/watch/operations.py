"""Writes: look at every rule, take an alert on, set other limits."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role, require
from haihe.base.watch.judging import Judged, Limits, judge
from haihe.base.watch.models import Alert, AlertEvent, AlertSetting, Standing
from haihe.base.watch.probes import Reading, probe_of
from haihe.base.watch.queries import RuleInForce, parts_on, rules_in_force, visible_alerts
from haihe.base.watch.rules import RULES
from haihe.base.watch.telling import tell
from haihe.base.watch.workflow import ALERT, AlertState, Part
from haihe.kernel.text import tidy
from haihe.kernel.workflow import ForbiddenMove

_MOST_WORDS = 500
_log = logging.getLogger("haihe.watch")


class NotFound(LookupError):
    """There is no such alert, or not for this actor."""


class Refused(ValueError):
    """It can't be done as asked; the message says why, in words for a person."""


def watch_over(*, now: datetime) -> int:
    """Measure for every rule and open or close alerts; return how many changed. To be called once a minute.

    A probe that fails is logged and leaves its alerts as they are: the others are looked at all the same.
    """
    changed = 0
    for rule in rules_in_force():
        measure = probe_of(rule.rule.name)
        if measure is None:
            continue
        try:
            readings = list(measure(now)) if rule.enabled else []
        except Exception:
            _log.exception("the probe of %s failed", rule.rule.name)
            continue
        changed += judge_readings(rule, readings, now=now)
    return changed


@transaction.atomic
def judge_readings(rule: RuleInForce, readings: Iterable[Reading], *, now: datetime) -> int:
    """Open and close the alerts of one rule by this minute's readings; return how many changed."""
    name = rule.rule.name
    found = {reading.subject: reading for reading in readings}
    alerts = {
        row.subject: row for row in Alert.objects.select_for_update().filter(rule=name).exclude(state=AlertState.CLOSED)
    }
    standings = {row.subject: row for row in Standing.objects.select_for_update().filter(rule=name)}
    changed = 0
    for subject in sorted(found.keys() | alerts.keys() | standings.keys()):
        reading = found.get(subject) or Reading(0.0, subject)
        if subject in alerts:
            changed += _look_again(alerts[subject], rule.limits, reading, now)
        else:
            changed += _look(rule, standings.get(subject), reading, now)
    return changed


@transaction.atomic
def acknowledge(*, actor: Actor, alert_id: int, words: str, now: datetime) -> None:
    """Take the alert on: say who sees to it. Raises: NotFound, NotPermitted, Refused."""
    alert = visible_alerts(actor).select_for_update(of=("self",)).filter(pk=alert_id).first()
    if alert is None:
        raise NotFound(alert_id)
    words = tidy(words)
    if len(words) > _MOST_WORDS:
        raise Refused(_("说明不超过 %(n)s 个字。") % {"n": _MOST_WORDS})
    try:
        move = ALERT.move(alert.state, "acknowledge")
    except ForbiddenMove:
        raise Refused(_("这条告警已有人处理，或者已经恢复。")) from None
    parts = parts_on(actor, alert) & set(move.roles)
    if not parts:
        raise NotPermitted("acknowledge")
    _move(alert, "acknowledge", part=sorted(parts)[0], actor=actor, words=words, now=now)


@transaction.atomic
def set_limits(*, actor: Actor, rule: str, limits: Limits, enabled: bool, reason: str, now: datetime) -> None:
    """Let other limits count for a rule from the next minute on. Raises: NotPermitted, Refused."""
    require(actor, Role.OPERATOR)
    reason = tidy(reason)
    if rule not in RULES or actor.user_id is None:
        raise Refused(_("请选择一条告警规则。"))
    if not 0 < limits.closes <= limits.opens:
        raise Refused(_("恢复值要大于 0，并且不高于告警值，否则告警会反复开合。"))
    if not 1 <= limits.minutes <= 60:
        raise Refused(_("持续时间为 1 至 60 分钟。"))
    if not 1 <= len(reason) <= _MOST_WORDS:
        raise Refused(_("请写明理由，不超过 %(n)s 个字。") % {"n": _MOST_WORDS})
    AlertSetting.objects.create(
        rule=rule,
        opens=limits.opens,
        closes=limits.closes,
        minutes=limits.minutes,
        enabled=enabled,
        reason=reason,
        set_by=actor.user_id,
        set_name=actor.name,
        set_at=now,
    )


def _look(rule: RuleInForce, standing: Standing | None, reading: Reading, now: datetime) -> bool:
    """Look at something without an alert; True if one opened."""
    judged = judge(rule.limits, Judged(False, standing.streak if standing else 0), reading.value)
    if judged.is_open or judged.streak == 0:
        if standing is not None:
            standing.delete()
        return judged.is_open and _open(rule, reading, now)
    Standing.objects.update_or_create(rule=rule.rule.name, subject=reading.subject, defaults={"streak": judged.streak})
    return False


def _open(rule: RuleInForce, reading: Reading, now: datetime) -> bool:
    alert = Alert.objects.create(
        rule=rule.rule.name,
        subject=reading.subject,
        title=reading.title[:100],
        owner=reading.owner,
        path=reading.path,
        value=reading.value,
        worst=reading.value,
        opened_at=now,
        seen_at=now,
    )
    _record(alert, "open", source="", part=Part.WATCH, actor=SYSTEM, words="", now=now)
    tell(alert, "opened", now=now)
    return True


def _look_again(alert: Alert, limits: Limits, reading: Reading, now: datetime) -> bool:
    """Look at something that has an alert; True if it closed."""
    judged = judge(limits, Judged(True, alert.streak), reading.value)
    alert.value, alert.worst = reading.value, max(alert.worst, reading.value)
    alert.streak, alert.seen_at = judged.streak, now
    if judged.is_open:
        alert.save()
        return False
    _move(alert, "close", part=Part.WATCH, actor=SYSTEM, words="", now=now)
    tell(alert, "closed", now=now)
    return True


def _move(alert: Alert, name: str, *, part: str, actor: Actor, words: str, now: datetime) -> None:
    source, alert.state = alert.state, ALERT.move(alert.state, name).target
    if alert.state == AlertState.CLOSED:
        alert.closed_at = now
    alert.save()
    _record(alert, name, source=source, part=part, actor=actor, words=words, now=now)


def _record(alert: Alert, name: str, *, source: str, part: str, actor: Actor, words: str, now: datetime) -> None:
    AlertEvent.objects.create(
        alert=alert,
        at=now,
        name=name,
        source=source,
        target=alert.state,
        part=part,
        actor_id=actor.user_id,
        actor_name=actor.name,
        words=words,
        facts={"value": alert.value},
    )
