"""Ms Peng: departments compare what they were granted, somebody goes to her house, and she sees who used her data."""

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.data.matching.demo.people import PENG
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits, look_until, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]
MODEL = "困难家庭中没有参保缴费的人"
LAID_WITHIN_MS = 150_000
RUNS_WITHIN_MS = 120_000


@pytest.fixture(scope="module", autouse=True)
def laid_down(city_instance: CityInstance, browser: Browser) -> None:
    """The worker lays the comparisons down after the start; its people come first, its models last."""
    with signed_out(browser, city_instance) as visitor:
        there = visitor.locator('details:has(button[value="steward_rsj"]) > summary')
        look_until(visitor, there, at="/sign-in/", within_ms=LAID_WITHIN_MS)
    with at(browser, city_instance, "auditor") as auditor:
        last = auditor.get_by_role("link", name="已办理殡葬登记的残疾人证持有人")
        look_until(auditor, last, at="/matching/", within_ms=LAID_WITHIN_MS)


def test_a_model_is_built_by_choosing_and_confirmed_by_another(city_instance: CityInstance, browser: Browser) -> None:
    with (
        at(browser, city_instance, "steward_rsj") as steward,
        at(browser, city_instance, "approver_rsj", phone=True) as approver,
    ):
        steward.goto("/matching/models/new/")
        title = f"高额医疗负担家庭 {uuid4().hex[:4]}"
        steward.get_by_label("名称").fill(title)
        steward.get_by_label("用途").select_option("FULL_INSURANCE_COVERAGE")
        steward.get_by_label("法律依据").fill("《社会保险法》第六十四条")
        steward.locator("#input-0-resource").select_option(label="低收入人口监测信息")
        expect(steward.get_by_role("group", name="低收入人口监测信息")).to_be_visible()
        steward.get_by_role("button", name="再加一个数据").click()
        steward.locator("#input-1-resource").select_option(label="医疗费用负担信息")
        expect(steward.locator("#input-1-presence")).to_be_visible()
        steward.get_by_role("button", name="加一个比较").click()
        steward.locator("#comparison-0-left").select_option(label="年自付医疗费用（医疗费用负担信息）")
        steward.locator("#comparison-0-op").select_option("ge")
        steward.locator("#comparison-0-value").fill("100")
        steward.get_by_label("区划代码").check()
        # The count comes by itself, and names nobody.
        expect(steward.locator("#match-preview")).to_contain_text("看了全部")
        expect(steward.locator("#match-preview")).not_to_contain_text(PENG.name)
        fits(steward)
        steward.get_by_role("button", name="保存草稿").click()
        steward.get_by_role("link", name="查看并办理").click()
        steward.get_by_role("button", name="提交确认").click()
        expect(steward.get_by_text("须由本部门另一位审批人确认")).to_be_visible()

        approver.goto("/matching/")
        approver.get_by_role("link", name=title).click()
        approver.get_by_role("link", name="查看并办理").click()
        expect(approver.get_by_text("不低于（不早于） 100")).to_be_visible()
        fits(approver)
        approver.get_by_role("button", name="确认并启用").click()
        expect(approver.get_by_text("已确认").first).to_be_visible()


def test_ms_peng_is_found_visited_without_a_network_and_sees_it(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "steward_rsj") as steward:
        _run_and_make_leads(steward)
    with at(browser, city_instance, "dispatcher_nh") as dispatcher:
        dispatcher.goto("/matching/leads/?state=NEW")
        dispatcher.locator("tr", has_text="北岳庄村").get_by_role("link").click()
        expect(dispatcher.get_by_text(PENG.name)).to_have_count(0)
        dispatcher.get_by_label("由谁上门").select_option(label="李娟")
        dispatcher.get_by_role("button", name="分派").click()
        expect(dispatcher.get_by_text("待走访").first).to_be_visible()
    with at(browser, city_instance, "worker_nhz", phone=True) as phone:
        _visit_without_a_network(phone)
        phone.get_by_role("link", name="北岳庄村").click()
        phone.get_by_label("情况").fill("在村委会当场办理参保登记")
        phone.get_by_role("button", name="已落实").click()
        phone.wait_for_url("**/matching/visits/")
        expect(phone.get_by_role("link", name="北岳庄村")).to_have_count(0)
    with at(browser, city_instance, "dispatcher_nh") as dispatcher:
        dispatcher.goto("/matching/leads/progress/?within=120117000000")
        row = dispatcher.locator("tr", has_text="宁河镇")
        expect(row.locator("td").nth(3)).to_have_text("1")
        fits(dispatcher)
    with at(browser, city_instance, "peng", phone=True) as citizen:
        used = citizen.get_by_role("article", name="天津市人力资源和社会保障局").first
        look_until(citizen, used, at="/services/my-data/", within_ms=30_000)
        fits(citizen)


def _run_and_make_leads(steward: Page) -> None:
    steward.goto("/matching/")
    steward.get_by_role("link", name=MODEL).click()
    steward.get_by_role("button", name="运行", exact=True).click()
    expect(steward.get_by_text("行都有去向")).to_be_visible(timeout=RUNS_WITHIN_MS)
    fits(steward)
    steward.get_by_role("link", name="查看结果").click()
    expect(steward.get_by_text("已加密").first).to_be_visible()
    expect(steward.get_by_text(PENG.name)).to_have_count(0)
    steward.go_back()
    steward.get_by_role("button", name="生成线索").click()
    expect(steward.get_by_text("等待分派")).to_be_visible()


def _visit_without_a_network(phone: Page) -> None:
    phone.goto("/matching/visits/")
    fits(phone)
    phone.get_by_role("link", name="北岳庄村").click()
    expect(phone.get_by_text(PENG.name)).to_be_visible()
    fits(phone)
    # Back on the list the phone keeps what it needs.
    phone.get_by_role("link", name="我的走访").last.click()
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.wait_for_timeout(1000)
    phone.context.set_offline(True)
    phone.get_by_role("link", name="北岳庄村").click()
    expect(phone.get_by_text(PENG.name)).to_be_visible()
    phone.get_by_label("情况").fill("见到本人，说明了代缴政策")
    phone.get_by_role("button", name="已走访").click()
    expect(phone.get_by_text("已记在手机上")).to_be_visible()
    phone.context.set_offline(False)
    phone.goto("/matching/visits/")
    expect(phone.get_by_text("已走访")).to_be_visible()
    _is_out_of_date_once(phone)


DONE_AFTER_THE_PAGE_WAS_ASKED_FOR = """async () => {
  const store = (mode) => opened.then((base) => base.transaction("steps", mode).objectStore("steps"));
  (await store("readwrite")).put({ token: "brought-by-the-page-before", done: Date.now() });
  dispatchEvent(new Event("online"));
}"""
WHAT_IS_LEFT = "async () => (await all()).length"


def _is_out_of_date_once(phone: Page) -> None:
    """What the page before brought while this one was on its way makes this one ask again, once."""
    with phone.expect_navigation():
        phone.evaluate(DONE_AFTER_THE_PAGE_WAS_ASKED_FOR)
    expect(phone.get_by_text("已走访")).to_be_visible()
    phone.wait_for_function(f"({WHAT_IS_LEFT})().then((left) => left === 0)")
