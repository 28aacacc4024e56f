"""An alert opens once, is told to its desks, is taken on, and closes by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.base.accounts.testing import make_actor
from haihe.base.notices import api as notices
from haihe.base.notices.models import Notice
from haihe.base.watch.judging import Judged, Limits, judge
from haihe.base.watch.models import Alert, AlertEvent, Standing
from haihe.base.watch.operations import NotFound, Refused, acknowledge, judge_readings, set_limits, watch_over
from haihe.base.watch.probes import Reading
from haihe.base.watch.queries import RuleInForce, open_alerts, rules_in_force
from haihe.base.watch.rules import RULES
from haihe.base.watch.workflow import AlertState

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
OWNER = "120012"
FAULTS = RULES["service-faults"]
IN_FORCE = RuleInForce(FAULTS, Limits(5, 2, 3), True, None)
pytestmark = pytest.mark.django_db


def minutes(*values: float, start: int = 0, subject: str = "relief-status") -> int:
    """Judge one reading a minute; return how many alerts changed."""
    return sum(
        judge_readings(
            IN_FORCE,
            [Reading(value, subject, "低保状态核验", OWNER, "/sharing/calls/")],
            now=NOW + timedelta(minutes=start + n),
        )
        for n, value in enumerate(values)
    )


@pytest.fixture
def operator() -> Actor:
    return make_actor("operator", (Role.OPERATOR, "120001"))


@pytest.fixture
def owner() -> Actor:
    return make_actor("steward_mzj", (Role.STEWARD, OWNER))


@pytest.fixture
def outsider() -> Actor:
    return make_actor("outsider", (Role.STEWARD, "120030"))


def test_it_opens_once_and_tells_data_centre_and_owner_once(operator: Actor, owner: Actor, outsider: Actor) -> None:
    assert minutes(9, 9, 9, 9, 12, 9) == 1
    alert = Alert.objects.get()
    assert (alert.state, alert.value, alert.worst, alert.owner) == ("OPEN", 9, 12, OWNER)
    assert {(n.role, n.organisation) for n in Notice.objects.all()} == {
        ("OPERATOR", ""), ("STEWARD", OWNER), ("APPROVER", OWNER)
    }  # fmt: skip
    (told,) = notices.told(notices.notices_of(owner, now=NOW + timedelta(hours=1)), actor=owner)
    assert told.text == "告警：服务故障偏多 · 低保状态核验（9.0%）。"
    assert told.path == f"/watch/{alert.pk}/"
    assert [open_alerts(who).count() for who in (operator, owner, outsider)] == [1, 1, 0]


def test_it_closes_by_itself_and_says_so(owner: Actor) -> None:
    minutes(9, 9, 9)
    assert minutes(1, 1, 1, start=3) == 1
    alert = Alert.objects.get()
    assert (alert.state, alert.closed_at) == (AlertState.CLOSED, NOW + timedelta(minutes=5))
    assert [event.name for event in alert.events.all()] == ["open", "close"]
    told = notices.told(notices.notices_of(owner, now=NOW + timedelta(hours=1)), actor=owner)
    assert told[0].text == "已恢复：服务故障偏多 · 低保状态核验。"
    minutes(9, 9, 9, start=6)
    assert Alert.objects.count() == 2


def test_what_is_not_mentioned_any_more_is_well() -> None:
    minutes(9, 9, 9)
    for n in range(3):
        judge_readings(IN_FORCE, [], now=NOW + timedelta(minutes=3 + n))
    assert Alert.objects.get().state == AlertState.CLOSED
    minutes(9, 9, start=6)
    judge_readings(IN_FORCE, [], now=NOW + timedelta(minutes=8))
    assert not Standing.objects.exists()


def test_each_subject_has_its_own() -> None:
    both = [Reading(9.0, "relief-status", owner=OWNER), Reading(9.0, "fund-account", owner="120040")]
    for n in range(3):
        judge_readings(IN_FORCE, both, now=NOW + timedelta(minutes=n))
    assert {alert.subject for alert in Alert.objects.all()} == {"relief-status", "fund-account"}


def test_who_takes_it_on_is_written_down(operator: Actor, owner: Actor, outsider: Actor) -> None:
    minutes(9, 9, 9)
    alert = Alert.objects.get()
    with pytest.raises(NotFound):
        acknowledge(actor=outsider, alert_id=alert.pk, words="", now=NOW)
    acknowledge(actor=owner, alert_id=alert.pk, words="今天下午报送新数据", now=NOW)
    alert.refresh_from_db()
    event = alert.events.last()
    assert event is not None
    assert (alert.state, event.part, event.words) == ("ACKNOWLEDGED", "OWNER", "今天下午报送新数据")
    with pytest.raises(Refused):
        acknowledge(actor=operator, alert_id=alert.pk, words="", now=NOW)
    assert minutes(1, 1, 1, start=3) == 1  # and it still closes by itself


def test_the_auditor_looks_and_moves_nothing() -> None:
    minutes(9, 9, 9)
    auditor = make_actor("auditor", (Role.AUDITOR, "120001"))
    assert open_alerts(auditor).count() == 1
    with pytest.raises(NotPermitted):
        acknowledge(actor=auditor, alert_id=Alert.objects.get().pk, words="", now=NOW)


def test_the_database_lets_one_be_open_at_a_time_and_its_history_only_grow() -> None:
    minutes(9, 9, 9)
    row = Alert.objects.get()
    row.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        AlertEvent.objects.update(words="anders")


def test_the_data_centre_sets_other_limits_with_a_reason(operator: Actor, owner: Actor) -> None:
    limits = Limits(20, 10, 1)
    with pytest.raises(NotPermitted):
        set_limits(actor=owner, rule=FAULTS.name, limits=limits, enabled=True, reason="太吵", now=NOW)
    for wrong in (Limits(5, 6, 3), Limits(5, 0, 3), Limits(5, 2, 0)):
        with pytest.raises(Refused):
            set_limits(actor=operator, rule=FAULTS.name, limits=wrong, enabled=True, reason="太吵", now=NOW)
    with pytest.raises(Refused):
        set_limits(actor=operator, rule=FAULTS.name, limits=limits, enabled=True, reason=" ", now=NOW)
    set_limits(actor=operator, rule=FAULTS.name, limits=limits, enabled=True, reason="试运行期间", now=NOW)
    (found,) = [rule for rule in rules_in_force() if rule.rule is FAULTS]
    assert (found.limits, found.setting and found.setting.reason) == (limits, "试运行期间")


def test_a_rule_that_is_switched_off_closes_what_it_opened(operator: Actor) -> None:
    dead = RULES["dead-letters"]
    judge_readings(RuleInForce(dead, dead.limits, True, None), [Reading(2.0)], now=NOW)
    assert Alert.objects.get().rule == "dead-letters"
    set_limits(actor=operator, rule="dead-letters", limits=dead.limits, enabled=False, reason="演练", now=NOW)
    watch_over(now=NOW + timedelta(minutes=1))
    assert Alert.objects.get(rule="dead-letters").state == AlertState.CLOSED


def test_the_watch_measures_this_installation() -> None:
    """No gateway runs here, and after two minutes that is an alert; a probe that can't measure stops nobody else."""
    assert watch_over(now=NOW) == 0
    watch_over(now=NOW + timedelta(minutes=1))
    assert "gateway-down" in {alert.rule for alert in Alert.objects.all()}


class AnyValues(TestCase):
    """Whatever is measured, tables and pure judgement agree, and never are two alerts open."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from([0.0, 1.9, 2.0, 3.5, 5.0, 50.0]), max_size=25))
    def test_as_judged(self, values: list[float]) -> None:
        judged, opened = Judged(False, 0), 0
        for n, value in enumerate(values):
            before, judged = judged, judge(IN_FORCE.limits, judged, value)
            opened += judged.is_open and not before.is_open
            minutes(value, start=n)
            assert Alert.objects.exclude(state=AlertState.CLOSED).exists() == judged.is_open
        assert Alert.objects.count() == opened
