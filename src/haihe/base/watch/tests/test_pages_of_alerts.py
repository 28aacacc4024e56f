"""The pages of alerts: each sees theirs, one click takes an alert on, limits are changed with a reason."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from haihe.base.accounts.api import Role
from haihe.base.accounts.testing import make_user
from haihe.base.watch.judging import Limits
from haihe.base.watch.models import Alert
from haihe.base.watch.operations import judge_readings
from haihe.base.watch.probes import Reading
from haihe.base.watch.queries import RuleInForce
from haihe.base.watch.rules import RULES

pytestmark = pytest.mark.django_db
OWNER = "120012"


def signed_in(role: str, organisation: str) -> Client:
    browser = Client()
    browser.force_login(make_user(f"{role}{organisation}", (role, organisation)))
    return browser


def opened(name: str, *, now: datetime, value: float = 9, closed: bool = False) -> Alert:
    rule = RuleInForce(RULES[name], Limits(5, 2, 1), True, None)
    reading = Reading(value, "relief-status", "低保状态核验", OWNER, "/sharing/calls/?range=1h")
    judge_readings(rule, [reading], now=now)
    if closed:
        judge_readings(rule, [], now=now + timedelta(minutes=5))
    return Alert.objects.filter(rule=name).latest("id")


def test_all_well_is_said() -> None:
    assert "一切正常" in signed_in(Role.OPERATOR, "120001").get("/watch/").content.decode()


def test_a_department_sees_its_own_and_takes_it_on() -> None:
    now = timezone.now()
    alert, other = opened("service-faults", now=now), opened("service-slow", now=now, value=200)
    owner, outsider = signed_in(Role.STEWARD, OWNER), signed_in(Role.STEWARD, "120030")
    text = owner.get("/watch/").content.decode()
    assert "服务故障偏多" in text
    assert "服务答复变慢" not in text  # the data centre's matter
    for path in (f"/watch/{other.pk}/", "/watch/999999/"):
        assert owner.get(path).status_code == 404
    assert outsider.get(f"/watch/{alert.pk}/").status_code == 404
    assert outsider.post(f"/watch/{alert.pk}/acknowledge/").status_code == 404
    assert "我来处理" in owner.get(f"/watch/{alert.pk}/").content.decode()
    assert owner.post(f"/watch/{alert.pk}/acknowledge/", {"words": "马上报送"}).status_code == 302
    text = owner.get(f"/watch/{alert.pk}/").content.decode()
    assert "马上报送" in text
    assert "我来处理" not in text
    assert owner.post(f"/watch/{alert.pk}/acknowledge/").status_code == 422


def test_what_is_over_is_listed_with_its_worst() -> None:
    opened("service-faults", now=timezone.now() - timedelta(hours=1), value=42, closed=True)
    text = signed_in(Role.AUDITOR, "120001").get("/watch/").content.decode()
    assert "一切正常" in text
    assert "42.0%" in text


def test_limits_are_the_data_centres_to_set() -> None:
    told = {
        "rule": "service-slow",
        "opens": "300",
        "closes": "200",
        "minutes": "5",
        "enabled": "on",
        "reason": "试运行",
    }
    assert signed_in(Role.STEWARD, OWNER).get("/watch/rules/").status_code == 403
    operator = signed_in(Role.OPERATOR, "120001")
    assert operator.post("/watch/rules/", told | {"closes": "400"}).status_code == 422
    assert operator.post("/watch/rules/", told | {"reason": ""}).status_code == 422
    assert operator.post("/watch/rules/", told).status_code == 302
    text = operator.get("/watch/rules/").content.decode()
    assert "300 毫秒" in text
    assert "试运行" in text


def test_citizens_have_no_such_pages() -> None:
    citizen = signed_in(Role.CITIZEN, "")
    for path in ("/watch/", "/watch/rules/", "/watch/1/"):
        assert citizen.get(path).status_code == 403
