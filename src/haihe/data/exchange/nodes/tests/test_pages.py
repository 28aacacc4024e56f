"""The operator adds, orders and revokes; a steward sees the nodes of the own organisation; nobody else sees any."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.nodes import probes
from haihe.data.exchange.nodes.models import Node, NodeFeed, NodeState, Transfer, TransferState
from haihe.data.exchange.nodes.testing import invited, joined
from haihe.data.exchange.sources.kind_forms import FORMS as SOURCE_FORMS
from haihe.data.exchange.testing import RELIEF

pytestmark = pytest.mark.django_db
LINKS, PLAN = reverse("exchange:nodes:links"), reverse("exchange:nodes:plan")
FOLDER = {"path": "out", "pattern": "*.csv", "finished": "quiet", "quiet_s": 5, "afterwards": "move"}


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def at(page: str, name: str = "mzj-1") -> str:
    return reverse(f"exchange:nodes:{page}", args=[name])


def order(way: str) -> str:
    return reverse("exchange:nodes:order", args=["mzj-1", way])


def test_the_code_is_shown_once() -> None:
    load_departments()
    client = signed_in("operator")
    asked = {"name": "mzj-1", "title": "民政局前置机", "organisation": cast.CIVIL_AFFAIRS, "level": "DEPARTMENT"}
    answer = client.post(PLAN, asked)
    page = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert "haihe node join" in page
    assert "民政局前置机" in client.get(LINKS).content.decode()
    again = client.post(PLAN, asked)
    assert again.status_code == 422
    assert "已有同名的前置机。" in again.content.decode()


@pytest.mark.parametrize(
    ("username", "sees", "adds"),
    [("operator", True, 200), ("steward_mzj", True, 403), ("steward_gjj", False, 403), ("outsider", False, 403)],
)
def test_who_sees_a_node(username: str, sees: bool, adds: int, operator: Actor, now: datetime) -> None:
    invited(operator, now=now)
    client = signed_in(username)
    assert ("民政局前置机" in client.get(LINKS).content.decode()) is sees
    assert client.get(at("node")).status_code == (200 if sees else 404)
    assert client.get(PLAN).status_code == adds
    assert client.post(at("revoke"), {"reason": "停用"}).status_code == (302 if adds == 200 else 403)


def test_an_operator_orders_a_feed_and_stops_it(operator: Actor, now: datetime) -> None:
    invited(operator, now=now)
    client = signed_in("operator")
    assert reverse("exchange:nodes:order", args=["mzj-1", "folder"]) in client.get(at("node")).content.decode()
    assert client.post(order("folder"), {"resource": RELIEF, "every_minutes": 5} | FOLDER).status_code == 302
    feed = NodeFeed.objects.get()
    assert (feed.every_s, feed.settings, Node.objects.get().orders) == (300, FOLDER, 2)
    assert client.post(reverse("exchange:nodes:stop", args=[feed.pk])).status_code == 302
    assert (NodeFeed.objects.get().enabled, Node.objects.get().orders) == (False, 3)


@pytest.mark.parametrize("way", ["folder", "sftp", "database", "http_api"])
def test_each_way_is_asked_for_as_at_the_centre_but_for_what_is_secret(
    way: str, operator: Actor, now: datetime
) -> None:
    invited(operator, now=now)
    page = signed_in("operator").get(order(way)).content.decode()
    whole = SOURCE_FORMS[way]
    secret = {"title", *whole.secrets}
    assert {name for name in whole.base_fields if f'name="{name}"' in page} == set(whole.base_fields) - secret
    assert 'type="password"' not in page


def test_a_table_is_ordered_with_the_name_of_its_password(operator: Actor, now: datetime) -> None:
    invited(operator, now=now)
    asked = {
        "resource": RELIEF, "every_minutes": 60, "connection": "hr", "engine": "postgresql", "host": "10.0.0.8",
        "database": "hr", "user": "reader", "tls": "off", "table": "public.relief", "how": "full", "overlap": 300,
    }  # fmt: skip
    assert signed_in("operator").post(order("database"), asked).status_code == 302
    feed = NodeFeed.objects.get()
    assert (feed.connection, feed.settings["table"], feed.settings["columns"]) == ("hr", "public.relief", [])


def test_settings_that_no_connector_takes_are_refused_with_a_reason(operator: Actor, now: datetime) -> None:
    invited(operator, now=now)
    client = signed_in("operator")
    without_table = {"engine": "postgresql", "host": "10.0.0.8", "tls": "off", "how": "full", "overlap": 300}
    wrong = client.post(order("database"), {"resource": RELIEF, "every_minutes": 5} | without_table)
    assert wrong.status_code == 422
    assert "设置有误" in wrong.content.decode()
    empty = client.post(order("folder"), {"resource": RELIEF, "every_minutes": 5})
    assert (empty.status_code, "aria-invalid" in empty.content.decode()) == (422, True)
    assert client.get(order("nats_stream")).status_code == 404
    assert not NodeFeed.objects.exists()


def ordered(now: datetime, **told: str) -> NodeFeed:
    return NodeFeed.objects.create(
        node_id="mzj-1", resource=RELIEF, connector="folder", settings={}, every_s=60, created_at=now, **told
    )


@pytest.mark.parametrize(
    ("username", "status", "times"),
    [("operator", 302, 1), ("steward_mzj", 302, 1), ("approver_mzj", 403, 0), ("steward_gjj", 404, 0)],
)
def test_who_may_have_it_fetched_once_more(
    username: str, status: int, times: int, operator: Actor, now: datetime
) -> None:
    invited(operator, now=now)
    feed, orders = ordered(now), Node.objects.get().orders
    client = signed_in(username)
    assert client.post(reverse("exchange:nodes:anew", args=[feed.pk])).status_code == status
    feed.refresh_from_db()
    assert (feed.anew, Node.objects.get().orders) == (times, orders + times)
    if times:
        page = client.get(at("node")).content.decode()
        assert "要求重新取数" in page
        assert "从 done 文件夹再取一遍" in page


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("NO_CONNECTION: hr", "连不上主机，请核对地址、端口和防火墙，并确认对方服务已启动。（hr）"),
        ("STORE_FULL", "前置机的磁盘或待发存储已满"),
        ("KeyError", "前置机内部错误"),
    ],
)
def test_the_page_says_why_a_node_could_not_fetch(trouble: str, said: str, operator: Actor, now: datetime) -> None:
    invited(operator, now=now)
    ordered(now, trouble=trouble)
    assert said in signed_in("steward_mzj").get(at("node")).content.decode()


def test_a_transfer_shows_what_became_of_its_run(operator: Actor, now: datetime) -> None:
    invited(operator, now=now)
    run = FeedRun.objects.create(
        resource=RELIEF, owner=cast.CIVIL_AFFAIRS, connector="folder", filename="a.csv", submitted_name="mzj-1",
        received_at=now, as_of=now, state=RunState.REJECTED, outcome="不合格的行太多。", finished_at=now,
    )  # fmt: skip
    Transfer.objects.create(
        id=uuid4(), node_id="mzj-1", feed=ordered(now), state=TransferState.TAKEN, filename="a.csv", run=run.pk,
        begun_at=now, ended_at=now,
    )  # fmt: skip
    page = signed_in("steward_mzj").get(at("node")).content.decode()
    assert "未采用" in page
    assert "不合格的行太多。" in page


def test_revoking_wants_a_reason(operator: Actor, now: datetime) -> None:
    invited(operator, now=now)
    client = signed_in("operator")
    assert client.post(at("revoke"), {"reason": " "}).status_code == 422
    assert client.post(at("revoke"), {"reason": "设备报废"}).status_code == 302
    assert Node.objects.get().state == NodeState.REVOKED
    assert "设备报废" in client.get(at("node")).content.decode()


def test_a_broken_link_says_what_it_touches(hub: str, operator: Actor, now: datetime, tmp_path: Path) -> None:
    joined(operator, tmp_path, now=now)
    NodeFeed.objects.create(
        node_id="mzj-1", resource=RELIEF, connector="folder", settings={}, every_s=60, created_at=now
    )
    Node.objects.update(seen_at=now - timedelta(minutes=3))
    client = signed_in("operator")
    page = client.get(LINKS).content.decode()
    assert "线路断开" in page
    assert "社会救助对象信息" in page or RELIEF in page
    Node.objects.update(seen_at=now, up_oldest_at=now - timedelta(hours=1))
    assert "连通，有积压" in client.get(LINKS).content.decode()


def test_a_silent_node_raises_an_alert_that_leads_to_its_page(
    hub: str, operator: Actor, now: datetime, tmp_path: Path
) -> None:
    joined(operator, tmp_path, now=now)
    Node.objects.update(seen_at=now - timedelta(seconds=90), up_oldest_at=now - timedelta(hours=1))
    [silent] = probes.node_silent(now)
    assert (silent.value, silent.path, silent.owner) == (90, at("node"), cast.CIVIL_AFFAIRS)
    assert list(probes.node_backlog(now)) == []
    Node.objects.update(seen_at=now)
    [silent], [backlog] = probes.node_silent(now), probes.node_backlog(now)
    assert (silent.value, backlog.value) == (0, 3600)
