"""The other side of the story: who owns data puts right what was wrong, or stops a grant; nobody is refused by it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from tests.journeys.instance import CityInstance
from tests.journeys.people import (
    GOES_ON_WITHIN_MS,
    apply_on_phone,
    at,
    outcome,
    take_in,
)
from tests.journeys.register import feed, register_of, row_for

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]

STOPPED_AFTER_TRIES = 5
"""A stopped grant may live on in the gateway for three seconds; each try takes the better part of one."""


def test_ms_zhang_is_told_no_reports_it_and_is_granted_when_the_source_has_put_it_right(
    city_instance: CityInstance, browser: Browser
) -> None:
    said, answered = "我家上周已经批准低保，名册里还没有我。", "已核实，名册已补录。"
    with at(browser, city_instance, "zhang", phone=True) as phone, at(browser, city_instance, "steward_mzj") as source:
        apply_on_phone(phone)
        expect(outcome(phone, "数据没有查到")).to_be_visible()
        expect(phone.get_by_text("这不等于不能办")).to_be_visible()
        _report(phone, said)
        expect(outcome(phone, "等待数据更正")).to_be_visible()
        _answer_report(source, said, answered)
        case = phone.url
        phone.goto(case)
        expect(phone.get_by_text(answered).first).to_be_visible()
        with register_of(city_instance, source) as register:
            feed(source, register + row_for(cast.ZHANG))
            # Nothing is pressed on the phone: the register was fed anew, the case is asked for, the page notices.
            expect(outcome(phone, "准予提取")).to_be_visible(timeout=GOES_ON_WITHIN_MS)


def test_a_suspended_grant_answers_nobody_and_refuses_nobody(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "approver_mzj") as owner, at(browser, city_instance, "clerk_gjj") as desk:
        _open_grant(owner)
        owner.get_by_label("暂停的理由").fill("核查用途")
        owner.get_by_label("整改期限").fill((timezone.localdate() + timedelta(days=14)).isoformat())
        owner.get_by_role("button", name="暂停授权").click()
        expect(owner.get_by_role("heading", name="已暂停")).to_be_visible()
        try:
            _take_in_until_stopped(desk)
            expect(outcome(desk, "暂时无法确认，申请继续有效")).to_be_visible()
            expect(desk.get_by_text("没有查询天津市民政局数据的有效授权").first).to_be_visible()
            desk.get_by_label("收到低保证明").fill(" ")
            desk.get_by_role("button", name="登记收到").click()
            expect(desk.get_by_role("alert")).to_contain_text("请写明收到的是什么证明")
        finally:
            owner.get_by_label("恢复的理由").fill("核查完毕")
            owner.get_by_role("button", name="恢复授权").click()
        expect(owner.get_by_role("heading", name="有效", exact=True)).to_be_visible()
        # Nothing is pressed at the desk: the case is asked for again since the grant goes on, the page notices.
        expect(outcome(desk, "准予提取")).to_be_visible(timeout=GOES_ON_WITHIN_MS)


def _report(phone: Page, said: str) -> None:
    """Press until it is taken: the record of a second ago may still be on its way into the ledger."""
    on_its_way = phone.get_by_role("alert").filter(has_text="正在入账")
    for _ in range(10):
        phone.get_by_label("哪里不对").fill(said)
        phone.get_by_role("button", name="提交错误报告").click()
        expect(on_its_way.or_(outcome(phone, "等待数据更正"))).to_be_visible()
        if not on_its_way.count():
            return


def _answer_report(source: Page, said: str, answer: str) -> None:
    source.goto("/sharing/")
    source.get_by_role("link", name=said[:12]).first.click()
    expect(source.get_by_text("还剩 10 个工作日")).to_be_visible()
    expect(source.get_by_text(cast.ZHANG.name)).to_have_count(0)
    source.get_by_label("为什么要查看").fill("找到名册上的这一行")
    source.get_by_role("button", name="查看身份信息").click()
    expect(source.get_by_text(cast.ZHANG.name)).to_be_visible()
    source.get_by_label("怎样更正的").fill(answer)
    source.get_by_role("button", name="已更正", exact=True).click()
    expect(source.get_by_text("查看被报告人的身份信息")).to_be_visible()


def _open_grant(owner: Page) -> None:
    owner.goto("/sharing/")
    given = owner.locator("section", has=owner.get_by_role("heading", name="提供出的授权"))
    given.locator("tr", has_text="最低生活保障").get_by_role("link").click()


def _take_in_until_stopped(desk: Page) -> None:
    for _ in range(STOPPED_AFTER_TRIES):
        take_in(desk, "liu")
        if not outcome(desk, "准予提取").count():
            return
