"""What is measured of services each minute: faults, slowness, silence; too few calls say nothing."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from haihe.base.watch.testing import empty_figures, keep
from haihe.city.cast import CIVIL_AFFAIRS, HOUSING_FUND_CENTRE
from haihe.data.sharing.calls.probes import service_faults, service_slow, source_silent
from haihe.data.sharing.testing import open_relief_status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_was_asked_before() -> None:
    empty_figures()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def relief(now: datetime, **figures: object) -> None:
    keep(
        at=now - timedelta(minutes=2),
        consumer=HOUSING_FUND_CENTRE,
        owner=CIVIL_AFFAIRS,
        service="relief-status",
        **figures,  # type: ignore[arg-type]  # as told
    )


def test_faults_are_a_share_in_percent_with_the_way_to_them(now: datetime) -> None:
    open_relief_status()
    relief(now, answers={"MATCH": 30, "UNKNOWN": 10}, faults=10)
    (reading,) = service_faults(now)
    assert (reading.value, reading.subject, reading.owner) == (25, "relief-status", CIVIL_AFFAIRS)
    assert reading.title == "低保状态核验"
    assert reading.path == "/sharing/calls/?range=1h&service=relief-status"


def test_what_was_asked_wrongly_is_no_fault_of_the_service(now: datetime) -> None:
    relief(now, answers={"MATCH": 10}, refused=40)
    assert [reading.value for reading in service_faults(now)] == [0]
    assert [reading.value for reading in source_silent(now)] == [0]


def test_few_calls_say_nothing_about_share_and_time(now: datetime) -> None:
    relief(now, answers={"UNKNOWN": 3}, faults=3, took_s=2)
    assert list(service_faults(now)) == list(service_slow(now)) == []


def test_slowness_is_the_ninety_ninth_of_a_hundred(now: datetime) -> None:
    relief(now, answers={"MATCH": 100}, took_s=0.2)
    (reading,) = service_slow(now)
    assert 100 < reading.value <= 250


def test_a_source_is_silent_if_none_of_its_calls_was_answered(now: datetime) -> None:
    relief(now, answers={"UNKNOWN": 6}, faults=6)
    assert [reading.value for reading in source_silent(now)] == [6]
    relief(now, answers={"UNKNOWN": 6, "NO_MATCH": 1}, faults=6)
    assert [reading.value for reading in source_silent(now)] == [0]
