"""The demo plants the story through the people's own operations, and may be called again."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.test import override_settings

from haihe.base.accounts import demo as accounts
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST, LIU, ZHANG
from haihe.city.testing import load_departments
from haihe.data.catalogue import demo as catalogue
from haihe.data.catalogue.models import Resource
from haihe.data.sharing import demo, operations
from haihe.data.sharing.adapters.gateway import platform_credentials
from haihe.data.sharing.demo.entries_kinds import INTERFACE_KEY, INTERFACE_PATH
from haihe.data.sharing.demo.kinds import plant_kinds
from haihe.data.sharing.duties import duties_of
from haihe.data.sharing.models import Dispute, Grant, Service, ServiceStop, SharingEvent, SharingRequest
from haihe.data.sharing.testing import NOW, cast_actor
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
    assert Grant.objects.get(service__slug="relief-details", state="ACTIVE").fields
    assert grant.in_force(NOW)
    assert (grant.purposes, grant.quota_per_day) == (["HOUSING_FUND_WITHDRAWAL"], 20_000)
    assert grant.valid_until - grant.valid_from == timedelta(days=365)
    assert platform_credentials("120040") is not None
    states = Counter(SharingRequest.objects.values_list("state", flat=True))
    assert states == {"APPROVED": 4, "REFUSED": 1, "OFFICE_REVIEW": 1, "OWNER_REVIEW": 1}
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
    assert Grant.objects.count() == 4


def test_what_goes_wrong_waits_on_the_desks_whose_turn_it_is() -> None:
    load_departments()
    plant(NOW)
    dispute, stop = Dispute.objects.get(), ServiceStop.objects.get()
    assert (dispute.state, stop.state, stop.users) == ("MEDIATING", "FILED", ["120040"])
    assert dispute.request is not None
    assert dispute.request.refusal_reason
    suspended = Grant.objects.get(state="SUSPENDED")
    assert suspended.put_right_by is not None
    assert suspended.put_right_by > NOW.date()
    waits = {
        who: {str(duty.what) for duty in duties_of(cast_actor(who), today=NOW.date())}
        for who in ("operator", "steward_gjj")
    }
    assert waits["operator"] >= {"调解争议", "审看停止服务的备案"}
    assert "整改并报告" in waits["steward_gjj"]


def test_what_people_did_since_stays_theirs() -> None:
    load_departments()
    plant(NOW)
    owner = cast_actor("approver_mzj")
    operations.move_stop(actor=owner, number=ServiceStop.objects.get().number, name="withdraw", now=NOW)
    grant = Grant.objects.get(state="SUSPENDED")
    operations.resume_grant(actor=owner, grant_id=grant.id, words="整改到位", now=NOW)
    plant(NOW + timedelta(days=1))
    assert ServiceStop.objects.get().state == "WITHDRAWN"
    assert not Grant.objects.filter(state="SUSPENDED").exists()


def test_the_proxied_service_follows_the_pages_to_another_port() -> None:
    load_departments()
    plant(NOW)
    assert not Service.objects.filter(kind="PROXY").exists()
    for port in ("8000", "8000", "9000"):
        plant_kinds(pages_url=f"http://127.0.0.1:{port}", at=NOW, now=NOW)
        row = Service.objects.get(kind="PROXY")
        assert row.source is not None
        assert f":{port}/demo/" in row.source["url"]
        assert (row.is_open, row.source_networks) == (True, ["127.0.0.1/32"])
    assert Grant.objects.get(service=row).in_force(NOW)


def test_the_made_up_interface_knows_mr_liu_and_says_that_it_is_made_up() -> None:
    asker, key = Browser(enforce_csrf_checks=True), {"X-Api-Key": INTERFACE_KEY}

    def ask(body: object, headers: dict[str, str], *, demo: bool = True) -> tuple[int, Any]:
        with override_settings(HAIHE=replace(settings.HAIHE, demo=demo)):
            answer = asker.post(INTERFACE_PATH, json.dumps(body), content_type="application/json", headers=headers)
        return answer.status_code, json.loads(answer.content) if demo else None

    status, known = ask({"sfzh": LIU.id_number}, key)
    assert (status, known["synthetic"], known["data"]["sfzh"]) == (200, True, LIU.id_number)
    unknown = [ask({"sfzh": ZHANG.id_number}, key), ask({}, key), ask([], key), ask({"sfzh": LIU.id_number}, {})]
    assert [status for status, _ in unknown] == [404, 400, 400, 401]
    assert ask({"sfzh": LIU.id_number}, key, demo=False)[0] == 404
