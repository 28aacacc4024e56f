"""A mail or short message that was given up opens an alert for its way; a person's decision lets it close."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from haihe.base.notices.models import Sending, SendingState
from haihe.base.notices.sending import give_up
from haihe.base.watch.models import Alert
from haihe.base.watch.operations import judge_readings
from haihe.base.watch.probes import dead_sendings
from haihe.base.watch.queries import RuleInForce
from haihe.base.watch.rules import RULES, value_told
from haihe.base.watch.workflow import AlertState

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
RULE = RULES["dead-sendings"]
pytestmark = pytest.mark.django_db


def given_up(state: SendingState = SendingState.DEAD, *, channel: str = "SMS") -> Sending:
    made = {"channel": channel, "user": uuid4(), "address_key": b"0" * 16, "made_at": NOW, "next_try_at": NOW}
    return Sending.objects.create(key=f"notice:{uuid4()}", state=state, finished_at=NOW, **made)


def judged(*, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    judge_readings(RuleInForce(RULE, RULE.limits, True, None), list(dead_sendings(now)), now=now)


def test_what_was_sent_is_nothing_to_tell() -> None:
    given_up(SendingState.SENT)
    judged(minutes=0)
    assert not Alert.objects.exists()


@pytest.mark.parametrize("state", [SendingState.DEAD, SendingState.UNSURE])
def test_one_that_waits_for_a_person_opens_an_alert_that_leads_to_it(state: SendingState) -> None:
    given_up(state)
    judged(minutes=0)
    alert = Alert.objects.get()
    assert (alert.rule, alert.subject, alert.value) == ("dead-sendings", "SMS", 1)
    assert alert.path == "/notices/sendings/"
    assert value_told(RULE.unit, alert.value) == "1 条没有送达"


def test_the_alert_closes_once_somebody_has_decided() -> None:
    row = given_up()
    judged(minutes=0)
    assert give_up(row.pk, now=NOW)
    judged(minutes=1)
    assert Alert.objects.get().state == AlertState.CLOSED
