"""Harvesting as people do it: one adds a portal and tries it, another approves, its datasets appear, once is enough.

The portal is served by this test, on the port that the city was told it may ask.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.data.harvest.testing import Offer, Portal, portal
from tests.journeys.inspector import at_a_glance
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits, look_until, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]

TITLE = "海滨数据平台"
ENDS_WITHIN_MS = 60_000


@pytest.fixture
def remote(city_instance: CityInstance) -> Iterator[Portal]:
    with portal(3, port=city_instance.portal_port) as served:
        yield served


def test_from_an_address_to_datasets_that_stay_as_they_are(
    city_instance: CityInstance, browser: Browser, remote: Portal
) -> None:
    with (
        at(browser, city_instance, "steward_sjzx") as steward,
        at(browser, city_instance, "operator") as second,
        signed_out(browser, city_instance, phone=True) as anybody,
    ):
        _add(steward, remote)
        steward.get_by_role("button", name="试一次（不写入）").click()
        _ended(steward, "读到 3 = 新增 3")
        expect(steward.get_by_text("这次只试，什么也没有写入")).to_be_visible()
        expect(steward.get_by_text("公共图书馆名录（第 2 册）")).to_be_visible()
        steward.get_by_role("link", name=TITLE).first.click()
        expect(steward.get_by_role("button", name="立即采集")).to_have_count(0)
        steward.get_by_role("button", name="提请复核").click()
        expect(steward.get_by_text("待复核").first).to_be_visible()
        assert not _listed(anybody), "a dry run wrote something"

        second.goto("/open/desk/harvest/")
        second.get_by_role("link", name=TITLE).click()
        second.get_by_role("button", name="复核通过，启用").click()
        expect(second.get_by_text("启用", exact=True).first).to_be_visible()

        _run(steward, "读到 3 = 新增 3")
        assert _listed(anybody) == 3
        anybody.get_by_role("link", name="公共图书馆名录（第 1 册）").click()
        expect(anybody.get_by_text(TITLE).first).to_be_visible()
        fits(anybody)
        assert at_a_glance(anybody) == []

        _run(steward, "没有变化 3")
        expect(steward.get_by_text("没有要看的条目")).to_be_visible()
        del remote.offers[3]
        remote.offers[1] = Offer(1, title="公共图书馆和分馆名录")
        _run(steward, "变更 1 + 没有变化 1")
        assert at_a_glance(steward) == []
        expect(steward.get_by_role("cell", name="公共图书馆和分馆名录")).to_be_visible()
        assert _listed(anybody) == 2


def _add(steward: Page, remote: Portal) -> None:
    """The data centre's steward finds the way by the menu."""
    steward.goto("/workbench/")
    steward.get_by_role("link", name="远端目录").first.click()
    steward.get_by_role("link", name="新建远端目录").click()
    steward.get_by_label("名称", exact=True).fill(TITLE)
    steward.get_by_label("英文名称（用在网址里）").fill("seaside")
    steward.get_by_label("类型").select_option(value="CKAN")
    steward.get_by_label("地址").fill(remote.url)
    steward.get_by_label("主题对应").fill("图书馆 = culture")
    steward.get_by_role("button", name="保存").click()
    expect(steward.get_by_text("已建立。可以先试采")).to_be_visible()


def _run(steward: Page, words: str) -> None:
    steward.goto("/open/desk/harvest/seaside/")
    steward.get_by_role("button", name="立即采集").click()
    _ended(steward, words)


def _ended(steward: Page, words: str) -> None:
    """The worker goes on with a run; its page is looked at until it ended."""
    steward.wait_for_url("**/runs/**")
    look_until(steward, steward.get_by_text("已完成", exact=True), within_ms=ENDS_WITHIN_MS)
    expect(steward.get_by_text(words)).to_be_visible()


def _listed(anybody: Page) -> int:
    anybody.goto("/open/external/?origin=seaside")
    return anybody.get_by_role("link", name="图书馆").count()
