"""The demo plants the story through the people's own operations, and may be called again."""

from datetime import datetime, timedelta

import pytest

from haihe.base.accounts import demo as accounts
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST
from haihe.city.testing import load_departments
from haihe.data.catalogue import demo as catalogue
from haihe.data.catalogue.models import Resource
from haihe.data.sharing import demo
from haihe.data.sharing.adapters.gateway import platform_credentials
from haihe.data.sharing.models import Grant, SharingEvent, SharingRequest
from haihe.data.sharing.testing import NOW
from haihe.kernel.clocks import Lamp, lamp

pytestmark = pytest.mark.django_db


def plant(now: datetime) -> list[str]:
    said: list[str] = []
    accounts.plant(CAST, now=now, keyring=keyring())
    for room in (catalogue, demo):
        room.plant(scale=0.001, now=now, progress=lambda what, share: said.append(f"{what} {share:.1f}"))
    return said


def test_the_grant_stands_and_desks_are_not_empty() -> None:
    load_departments()
    assert plant(NOW)
    grant = Grant.objects.get(service__slug="relief-status")
    assert Grant.objects.get(service__slug="relief-details").fields
    assert grant.in_force(NOW)
    assert (grant.purposes, grant.quota_per_day) == (["HOUSING_FUND_WITHDRAWAL"], 20_000)
    assert grant.valid_until - grant.valid_from == timedelta(days=365)
    assert platform_credentials("120040") is not None
    assert sorted(SharingRequest.objects.values_list("state", flat=True)) == [
        "APPROVED",
        "APPROVED",
        "OFFICE_REVIEW",
        "OWNER_REVIEW",
    ]
    waiting = SharingRequest.objects.get(state="OWNER_REVIEW")
    assert lamp(waiting.due_on, NOW.date()) is Lamp.YELLOW
    assert Resource.objects.get(code="120012/000001").title == "社会救助对象信息"
    assert Resource.objects.filter(state="PUBLISHED").count() == 6


def test_planting_again_adds_nothing() -> None:
    load_departments()
    plant(NOW)
    lines = SharingEvent.objects.count()
    plant(NOW + timedelta(days=1))
    assert SharingEvent.objects.count() == lines
    assert Resource.objects.count() == 6


def test_a_new_year_without_a_calendar_is_no_hindrance() -> None:
    load_departments()
    plant(NOW + timedelta(days=60))
    assert Grant.objects.count() == 2
