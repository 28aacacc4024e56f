"""An entry of the catalogue on its way over three desks: its department's steward and approver, and the data centre."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]

ABSTRACT = "本市住房公积金个人住房贷款的余额和还款状态，来自贷款管理系统。"
BETTER = "本市住房公积金个人住房贷款的余额、期数和还款状态，来自贷款管理系统。"


@dataclass(frozen=True, slots=True)
class Desks:
    """The three who see an entry through."""

    steward: Page
    approver: Page
    operator: Page


def test_an_entry_is_registered_by_hand_published_and_updated_beside_what_everybody_sees(
    city_instance: CityInstance, browser: Browser
) -> None:
    title = "住房公积金贷款信息"
    with (
        at(browser, city_instance, "steward_gjj") as steward,
        at(browser, city_instance, "approver_gjj") as approver,
        at(browser, city_instance, "operator") as operator,
    ):
        desks = Desks(steward, approver, operator)
        _register(steward, title)
        expect(steward.get_by_role("heading", name=title)).to_be_visible()
        _publish(desks, title)
        _anybody_reads(city_instance, browser, steward.url, ABSTRACT)
        steward.get_by_role("link", name="1 个版本").click()
        expect(steward.get_by_text("这是第一次发布，还没有可以比较的版本")).to_be_visible()
        steward.get_by_role("link", name=title).click()

        _begin_update(steward, "贷款管理系统增加了期数")
        _say_better(steward)
        changes = steward.get_by_role("region", name="与已发布内容相比的变化")
        expect(changes.locator("ins")).to_have_text("、期数")
        _anybody_reads(city_instance, browser, _entry_of(steward, title), ABSTRACT)
        _publish_update(desks, title)
        expect(operator.get_by_text("已替换发布")).to_be_visible()
        _anybody_reads(city_instance, browser, _entry_of(steward, title), BETTER)
        steward.goto(_entry_of(steward, title))
        steward.get_by_role("link", name="2 个版本").click()
        expect(steward.get_by_role("region", name="第 1 版到第 2 版的变化").locator("ins")).to_have_text("、期数")


def test_what_is_missing_is_told_beside_its_field_and_nothing_typed_is_lost(
    city_instance: CityInstance, browser: Browser
) -> None:
    with at(browser, city_instance, "steward_gjj", phone=True) as steward:
        steward.goto("/catalogue/new/")
        steward.get_by_label("资源名称").fill("未写完的资源")
        steward.get_by_label("共享类型 · 必填").select_option(label="有条件共享")
        steward.get_by_role("button", name="再加几项").click()
        expect(steward.get_by_role("group", name="第 6 项")).to_be_attached()
        expect(steward.get_by_label("资源名称")).to_have_value("未写完的资源")
        steward.get_by_role("button", name="保存草稿").click()
        expect(steward.get_by_role("alert")).to_contain_text("还没有保存")
        expect(steward.get_by_label("摘要")).to_have_attribute("aria-invalid", "true")
        expect(steward.get_by_label("资源名称")).to_have_value("未写完的资源")
        fits(steward)


def test_on_phones_an_entry_is_registered_approved_and_published(city_instance: CityInstance, browser: Browser) -> None:
    title = "住房公积金缴存网点信息"
    with (
        at(browser, city_instance, "steward_gjj", phone=True) as steward,
        at(browser, city_instance, "approver_gjj", phone=True) as approver,
        at(browser, city_instance, "operator", phone=True) as operator,
    ):
        _register(steward, title)
        fits(steward)
        _publish(Desks(steward, approver, operator), title)
        fits(operator)


def _register(steward: Page, title: str) -> None:
    """Fill in the form, as far as an entry must be to be handed in."""
    steward.goto("/catalogue/desk/")
    steward.get_by_role("link", name="登记资源").click()
    steward.get_by_label("资源名称").fill(title)
    steward.get_by_label("摘要").fill(ABSTRACT)
    steward.get_by_label("关键词").fill("住房公积金、贷款")
    steward.get_by_label("更新周期").select_option(label="每日")
    steward.get_by_label("分类 · 必填").select_option(value="209001")
    steward.get_by_label("共享类型 · 必填").select_option(label="有条件共享")
    steward.get_by_label("服务接口").check()
    steward.get_by_label("共享范围").fill("是否有未还清的贷款。")
    steward.get_by_label("使用用途").fill("办理不动产登记时核验，代替结清证明。")
    steward.get_by_label("是否开放").select_option(label="不开放")
    for kind in ("保密审查", "个人信息保护影响评估"):
        assessment = steward.get_by_role("region", name=kind)
        assessment.get_by_label("评估人").fill("信息处")
        assessment.get_by_label("评估日期").fill("2026-11-02")
        assessment.get_by_label("结论").select_option(label="可以编入目录")
    _fill_in_item(steward, 1, "身份证号码", "id_number", sensitivity="个人信息", identifies=True)
    _fill_in_item(steward, 2, "是否结清", "is_settled", sensitivity="个人信息")
    steward.get_by_role("button", name="保存草稿").click()
    expect(steward.get_by_role("link", name="修改草稿")).to_be_visible()


def _fill_in_item(
    steward: Page, number: int, title: str, name: str, *, sensitivity: str, identifies: bool = False
) -> None:
    item = steward.get_by_role("group", name=f"第 {number} 项")
    item.get_by_label("名称").fill(title)
    item.get_by_label("字段名").fill(name)
    item.get_by_label("敏感程度").select_option(label=sensitivity)
    item.get_by_label("可识别个人").set_checked(identifies)


def _publish(desks: Desks, title: str) -> None:
    """Take a draft that the steward has open over all desks; leave the steward on the published entry."""
    _press(desks.steward, "提交本单位审核")
    _open_task(desks.approver, title, "本单位审核")
    _press(desks.approver, "同意注册")
    desks.steward.reload()
    _press(desks.steward, "提交发布审核")
    _open_task(desks.operator, title, "还剩 2 个工作日")
    _press(desks.operator, "发布")
    expect(desks.operator.get_by_text("审核通过并发布")).to_be_visible()
    desks.steward.reload()


def _begin_update(steward: Page, basis: str) -> None:
    steward.get_by_role("link", name="更新资源").click()
    steward.get_by_label("更新原因").select_option(label="其他更新")
    steward.get_by_label("依据和说明").fill(basis)
    steward.get_by_role("button", name="开始更新").click()


def _say_better(steward: Page) -> None:
    steward.get_by_role("link", name="修改更新内容").click()
    steward.get_by_label("摘要").fill(BETTER)
    steward.get_by_role("button", name="保存草稿").click()


def _publish_update(desks: Desks, title: str) -> None:
    _press(desks.steward, "提交本单位审核")
    _open_task(desks.approver, title, "审核更新")
    _press(desks.approver, "同意并报主管部门")
    _open_task(desks.operator, title, "审核并发布更新")
    expect(desks.operator.locator("ins")).to_have_text("、期数")
    _press(desks.operator, "发布更新")


def _open_task(desk: Page, title: str, what: str) -> None:
    desk.goto("/catalogue/desk/")
    waiting = desk.get_by_role("region", name="待我办理").locator("tr", has_text=title)
    expect(waiting).to_contain_text(what)
    waiting.get_by_role("link").click()


def _press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("button", name=button, exact=True)).to_have_count(0)


def _entry_of(page: Page, title: str) -> str:
    """Return the address of the entry, from whatever page of it is open."""
    link = page.get_by_role("navigation").get_by_role("link", name=title)
    return str(link.get_attribute("href")) if link.count() else page.url


def _anybody_reads(city: CityInstance, browser: Browser, address: str, abstract: str) -> None:
    with signed_out(browser, city) as visitor:
        visitor.goto(address)
        expect(visitor.get_by_text(abstract)).to_be_visible()
