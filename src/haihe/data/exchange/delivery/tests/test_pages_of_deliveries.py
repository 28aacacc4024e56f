"""Stewards set deliveries up and see what became of them; whose data and whose table it isn't learns nothing."""

import json
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryPlan, DeliveryState, DeliveryTarget
from haihe.data.exchange.delivery.operations.delivering import deliver_due
from haihe.data.exchange.delivery.operations.planning import add_plan
from haihe.data.exchange.delivery.testing import feed, file_grant, only, planned
from haihe.data.exchange.nodes.models import Dispatch
from haihe.data.exchange.nodes.testing import joined
from haihe.data.sharing.testing import cast_actor

pytestmark = pytest.mark.django_db(transaction=True)
LIST, PLAN = reverse("exchange:delivery-list"), reverse("exchange:delivery-plan")
FOLDER = reverse("exchange:delivery-target", args=["folder"])


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def done(now: datetime) -> DataDelivery:
    feed(7, now)
    plan = planned("folder", {"path": f"p/{uuid4().hex}"}, now=now)
    deliver_due(now=now)
    return only(plan)


def test_a_steward_sets_a_delivery_up(now: datetime) -> None:
    feed(7, now)
    file_grant(now)
    client = signed_in("steward_gjj")
    assert "去登记交付目标" in client.get(PLAN).content.decode()
    told = {"title": "公积金业务库", "organisation": "120040", "path": "gjj/relief"}
    assert "交付目标已登记" in client.post(FOLDER, told, follow=True).content.decode()
    target, grant = DeliveryTarget.objects.get(), client.get(PLAN).context["page"].form.fields["grant"].choices[0][0]
    page = client.post(PLAN, {"grant": grant, "target": str(target.pk)}, follow=True).content.decode()
    assert "已安排交付" in page
    assert "None" not in page, "a number that isn't known yet is shown as a dash"
    assert "gjj/relief" in page
    row = DataDelivery.objects.get()
    assert row.number in page
    assert "等待交付" in page


def test_a_delivery_shows_columns_rows_and_its_receipt(now: datetime) -> None:
    row = done(now)
    for username in ("steward_gjj", "approver_gjj", "steward_mzj", "operator"):
        client = signed_in(username)
        listed = client.get(LIST).content.decode()
        assert row.number in listed
        assert "社会救助对象信息" in listed
        page = client.get(reverse("exchange:delivery", args=[row.pk])).content.decode()
        for told in ("从目标读回的内容与交付的一致", "月保障金额", "monthly_amount_yuan", row.digest, "签发回执"):
            assert told in page
        sent = client.get(reverse("exchange:delivery-receipt", args=[row.pk]))
        assert json.loads(sent.content)["receipt"] == row.receipt


@pytest.mark.parametrize("username", ["outsider"])
def test_a_stranger_finds_nothing(username: str, now: datetime) -> None:
    row = done(now)
    client = signed_in(username)
    assert row.number not in client.get(LIST).content.decode()
    for name in ("delivery", "delivery-receipt"):
        assert client.get(reverse(f"exchange:{name}", args=[row.pk])).status_code == 404
    assert client.post(reverse("exchange:delivery-again", args=[row.pk])).status_code == 404


@pytest.mark.parametrize("username", ["liu", "clerk_gjj", "auditor"])
def test_other_roles_are_refused(username: str, now: datetime) -> None:
    row = done(now)
    client = signed_in(username)
    for url in (LIST, PLAN, FOLDER, reverse("exchange:delivery", args=[row.pk])):
        assert client.get(url).status_code == 403


def test_who_only_owns_the_data_starts_nothing_anew(now: datetime) -> None:
    row = done(now)
    DataDelivery.objects.filter(pk=row.pk).update(state=DeliveryState.GIVEN_UP)
    again = reverse("exchange:delivery-again", args=[row.pk])
    assert signed_in("steward_mzj").post(again).status_code == 404
    signed_in("steward_gjj").post(again)
    row.refresh_from_db()
    assert row.state == DeliveryState.WAITING
    assert row.moves.order_by("-id")[0].by == "steward_gjj"


@pytest.mark.parametrize(
    ("kind", "told", "said"),
    [
        ("folder", {"path": "../etc"}, "不符合要求"),
        ("folder", {}, "这个字段是必填项"),
        ("database", {"host": "h", "port": "99999"}, "65535"),
        ("sftp", {"host": "h", "port": "22", "user": "u", "path": "p", "host_key": "short"}, "不符合要求：主机公钥"),
    ],
)
def test_a_form_that_is_filled_in_wrong_says_what_to_do(kind: str, told: dict[str, str], said: str) -> None:
    url = reverse("exchange:delivery-target", args=[kind])
    answer = signed_in("steward_gjj").post(url, {"title": "x", "organisation": "120040", **told})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not DeliveryTarget.objects.exists()


def test_a_steward_registers_a_table_beside_an_own_node(
    hub: str, operator: Actor, now: datetime, tmp_path: Path
) -> None:
    url = reverse("exchange:delivery-target", args=["node_table"])
    client = signed_in("steward_gjj")
    assert "还没有接入的前置机" in client.get(url).content.decode()
    joined(operator, tmp_path / "theirs", now=now, name="mzj-1")
    joined(operator, tmp_path / "node", now=now, name="gjj-1", organisation=cast.HOUSING_FUND_CENTRE)
    page = client.get(url).content.decode()
    assert "gjj-1" in page
    assert "mzj-1" not in page
    told = {
        "title": "区库", "organisation": cast.HOUSING_FUND_CENTRE, "node": "gjj-1", "connection": "fund",
        "engine": "postgresql", "host": "10.1.2.3", "port": "5432", "database": "fund", "user": "haihe",
        "table": "relief", "how": "swap",
    }  # fmt: skip
    assert client.post(url, told | {"node": "mzj-1"}).status_code == 422
    assert "交付目标已登记" in client.post(url, told, follow=True).content.decode()
    feed(7, now)
    plan = add_plan(
        cast_actor("steward_gjj"), grant_id=file_grant(now), target_id=DeliveryTarget.objects.get().pk, now=now
    )
    deliver_due(now=now)
    row = only(plan)
    page = client.get(reverse("exchange:delivery", args=[row.pk])).content.decode()
    assert "已发往前置机" in page
    assert "等前置机的线路连通" in page
    Dispatch.objects.update(trouble="NO_CONNECTION")
    assert "连不上交付目标" in client.get(reverse("exchange:delivery", args=[row.pk])).content.decode()


def test_what_is_chosen_must_be_ones_own(now: datetime) -> None:
    feed(2, now)
    plan = planned("folder", {"path": "p"}, now=now)
    client = signed_in("steward_mzj")
    answer = client.post(PLAN, {"grant": str(plan.grant), "target": str(plan.target_id)})
    assert answer.status_code == 422
    assert DeliveryPlan.objects.count() == 1
    assert client.get(reverse("exchange:delivery-target", args=["pigeon"])).status_code == 404
