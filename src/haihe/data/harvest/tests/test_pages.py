"""Each page of harvesting × each person of the cast: who gets what, and what stands on it."""

import re
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.base.accounts.models import User
from haihe.data.harvest import operations, public_urls, urls
from haihe.data.harvest.models import ExternalDataset, HarvestRun, RemoteCatalogue
from haihe.data.harvest.testing import Portal, portal
from haihe.data.harvest.tests.conftest import NOW, Adding, harvested, within

EVERYBODY = ("", "liu", "clerk_gjj", "outsider", "steward_mzj", "approver_mzj", "steward_sjzx", "operator", "auditor")
OFFICIALS = {"outsider", "steward_mzj", "approver_mzj", "steward_sjzx", "operator", "auditor"}
KEEPERS = {"steward_sjzx", "operator"}
INSIDE = KEEPERS | {"auditor"}
FORM = {"title": "滨海", "direction": "IN", "kind": "CKAN", "rhythm": "DAILY", "url": "https://data.example.cn"}
FORM |= {"most_gone_percent": "10", "topic_map": "图书馆 = culture\n* = civil"}


@pytest.fixture
def remote() -> Iterator[Portal]:
    with portal(3) as made:
        yield made


@pytest.fixture
def tried(remote: Portal, add: Adding, keeper: Actor, settings: LazySettings) -> HarvestRun:
    """A portal that was harvested once, and a run that failed after."""
    settings.HAIHE = within(remote)
    row = add(remote.url, topic_map={"图书馆": "culture"})
    harvested(row, remote, keeper)
    run = operations.start(actor=keeper, slug=row.slug, is_dry=True, now=NOW)
    operations.go_on(run.pk, clock=lambda: NOW, stepping=None)
    run.refresh_from_db()
    return run


def browser(username: str) -> Client:
    client = Client()
    if username:
        client.force_login(User.objects.get(username=username))
    return client


def text(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def arguments(name: str, run: HarvestRun) -> tuple[object, ...]:
    more: dict[str, tuple[object, ...]] = {"move": ("pause",), "run": (run.pk,), "again": (run.pk,)}
    more["settle"] = (run.pk, "keep")
    return () if name in ("desk", "new") else ("binhai", *more.get(name, ()))


def test_who_reads_what(tried: HarvestRun) -> None:
    pages = {"desk": INSIDE, "catalogue": INSIDE, "run": INSIDE, "new": KEEPERS, "change": KEEPERS}
    for username in EVERYBODY:
        for name, readers in pages.items():
            status = browser(username).get(reverse(f"harvest:{name}", args=arguments(name, tried))).status_code
            assert status == 200 if username in readers else status in (302, 403, 404), (username, name)
        for address in (
            reverse("external:list"),
            reverse("external:dataset", args=[ExternalDataset.objects.all()[0].pk]),
        ):
            assert browser(username).get(address).status_code == 200


def test_no_address_is_forgotten() -> None:
    read = {"desk", "catalogue", "run", "new", "change"}
    assert {one.name for one in urls.urlpatterns} == read | {"move", "begin", "again", "settle"}
    assert {one.name for one in public_urls.urlpatterns} == {"list", "dataset"}


def test_buttons_do_nothing_for_others(tried: HarvestRun) -> None:
    before = list(RemoteCatalogue.objects.values()), HarvestRun.objects.count()
    for username in EVERYBODY:
        if username in KEEPERS:
            continue
        for name in ("new", "change", "move", "begin", "again", "settle"):
            address = reverse(f"harvest:{name}", args=arguments(name, tried))
            assert browser(username).post(address, FORM | {"slug": "mine"}).status_code in (302, 403, 404), (
                username,
                name,
            )
    assert (list(RemoteCatalogue.objects.values()), HarvestRun.objects.count()) == before


def test_from_the_form_to_the_diff(remote: Portal, centre: None, db: None, settings: LazySettings) -> None:
    settings.HAIHE = within(remote)
    keeper, second = browser("steward_sjzx"), browser("operator")
    wrong = keeper.post(reverse("harvest:new"), FORM | {"slug": "Binhai!"})
    assert wrong.status_code == 422
    assert "只用小写字母" in wrong.content.decode()
    assert keeper.post(reverse("harvest:new"), FORM | {"slug": "binhai", "url": remote.url}).status_code == 302
    begun = keeper.post(reverse("harvest:begin", args=["binhai"]), {"dry": "1"})
    run = HarvestRun.objects.get()
    assert begun["Location"] == reverse("harvest:run", args=["binhai", run.pk])
    assert "进行中" in text(keeper, begun["Location"])
    operations.go_on(run.pk, clock=lambda: NOW)
    page = text(keeper, begun["Location"])
    for words in ("这次只试", "读到 3 = 新增 3", "公共图书馆名录（第 2 册）"):
        assert words in page, words
    for client, name in ((keeper, "propose"), (second, "approve")):
        assert client.post(reverse("harvest:move", args=["binhai", name])).status_code == 302
    assert RemoteCatalogue.objects.get().state == "ACTIVE"
    assert "每天" in text(second, reverse("harvest:desk"))


def test_the_portal_shows_what_is_from_elsewhere_as_such_and_counts_none_of_it(tried: HarvestRun) -> None:
    client = browser("")
    listed = text(client, reverse("open:datasets") + "?q=图书馆")
    for words in ("外部来源的数据集", "滨海新区开放平台", "不计入上面的数字", "查看全部 3 个"):
        assert words in listed, words
    assert "不计入上面的数字" not in text(client, reverse("open:datasets") + "?q=公厕")
    assert "公共图书馆名录" in text(client, reverse("external:list") + "?topic=culture&q=tushuguan")
    row = ExternalDataset.objects.all()[0]
    page = client.get(reverse("external:dataset", args=[row.pk])).content.decode()
    assert 'rel="external nofollow noopener noreferrer"' in page
    assert f'href="{row.catalogue.url}/dataset/libraries-' in page
    front = client.get(reverse("open:front"))
    assert (front.context["page"].figures.datasets, front.context["page"].figures.departments) == (0, 0)
    operations.move(actor=actor_of_keeper(), slug="binhai", name="retire", words="对方停止服务", now=NOW)
    assert client.get(reverse("external:dataset", args=[row.pk])).status_code == 404


def actor_of_keeper() -> Actor:
    from haihe.base.accounts.api import actor_for

    return actor_for("steward_sjzx", now=NOW)


def test_a_failed_run_says_what_to_do(remote: Portal, add: Adding, keeper: Actor) -> None:
    row = add("http://169.254.169.254/")
    run = operations.start(actor=keeper, slug=row.slug, is_dry=False, now=NOW)
    operations.go_on(run.pk, clock=lambda: NOW)
    client = browser("steward_sjzx")
    page = text(client, reverse("harvest:run", args=["binhai", run.pk]))
    assert "这个地址在内部网络" in page
    assert "HAIHE_OUTWARD_NETWORKS" in page
    assert "没有采集完" in text(client, reverse("notices:inbox"))
    assert client.post(reverse("harvest:again", args=["binhai", run.pk])).status_code == 302
    run.refresh_from_db()
    assert run.state == "RUNNING"
