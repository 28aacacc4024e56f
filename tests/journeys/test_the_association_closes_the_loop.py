"""An association closes the loop: a member's wish on a phone, taken up, answered, kept, and told back to the member."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]
WISH = "老年食堂当天的菜单"


@dataclass(frozen=True, slots=True)
class People:
    """The four who close it."""

    member: Page
    centre: Page
    clerk: Page
    steward: Page


def test_an_association_closes_the_loop(city_instance: CityInstance, browser: Browser) -> None:
    with (
        at(browser, city_instance, "liu", phone=True) as member,
        at(browser, city_instance, "operator") as centre,
        at(browser, city_instance, "clerk_xh") as clerk,
        at(browser, city_instance, "steward_mzj") as steward,
    ):
        people = People(member, centre, clerk, steward)
        wish = _ask(people.member)
        _forward(people.centre)
        bundle = _bundle(people.clerk)
        _accept(people.steward)
        _confirm(people.clerk, bundle)
        people.member.goto("/notices/")
        expect(people.member.get_by_text("会员要的菜单").first).to_be_visible()
        _keep_the_promise(people.steward)
        people.member.goto(wish)
        expect(people.member.get_by_role("link", name="老年人助餐点位")).to_be_visible()
        people.member.get_by_label("帮上了忙", exact=True).check()
        people.member.get_by_role("button", name="反馈").click()
        expect(people.member.get_by_text("1 人反馈，1 人说帮上了忙")).to_be_visible()
        fits(people.member)


def _ask(member: Page) -> str:
    """What others asked for already is shown while the member types; this isn't it."""
    member.goto("/open/requests/new/")
    member.get_by_label("想要什么数据").fill("老年人助餐点位")
    member.get_by_label("具体要哪些内容").focus()
    expect(member.get_by_role("heading", name="可能已经有了，先看看")).to_be_visible()
    fits(member)
    member.get_by_label("想要什么数据").fill(WISH)
    member.get_by_label("具体要哪些内容").fill("每个食堂当天的菜名和价格。")
    member.get_by_label("用来做什么").fill("给老人念菜单。")
    member.locator("main").get_by_role("button", name="提交").click()
    heading = member.get_by_role("heading", name=WISH, level=1)
    sent = member.get_by_role("button", name="不是这些，仍要提交")
    expect(heading.or_(sent)).to_be_visible()
    if sent.is_visible():
        sent.click()
    expect(heading).to_be_visible()
    fits(member)
    return member.url


def _forward(centre: Page) -> None:
    centre.goto("/open/moderation/")
    centre.get_by_role("link", name=WISH).click()
    centre.get_by_label("哪个部门").select_option(value="120012")
    centre.get_by_role("button", name="转给部门").click()
    expect(centre.get_by_text("部门办理中").first).to_be_visible()


def _bundle(clerk: Page) -> str:
    clerk.goto("/open/associations/desk/")
    clerk.get_by_label(WISH).check()
    clerk.get_by_label("标题").fill("会员要的菜单")
    clerk.get_by_label("协会的话").fill("供餐的会员都愿意提供。")
    clerk.get_by_label("多少家会员").fill("36")
    clerk.get_by_role("button", name="汇集").click()
    expect(clerk.get_by_text("代表 36 家会员").first).to_be_visible()
    return clerk.url


def _accept(steward: Page) -> None:
    steward.goto("/open/answering/")
    steward.get_by_role("link", name=WISH).click()
    due = steward.get_by_label("计划开放的日期")
    due.fill((timezone.localdate() + timedelta(days=20)).isoformat())
    steward.get_by_role("button", name="列入开放计划").click()
    expect(steward.get_by_role("link", name="看开放计划")).to_be_visible()


def _confirm(clerk: Page, bundle: str) -> None:
    clerk.goto(bundle)
    clerk.get_by_label("理由").fill("民政局已列入计划，二十天内开放。")
    clerk.get_by_role("button", name="向会员确认").click()
    expect(clerk.get_by_role("heading", name="协会告诉会员")).to_be_visible()


def _keep_the_promise(steward: Page) -> None:
    steward.get_by_role("link", name="看开放计划").click()
    steward.get_by_text("已经发布", exact=True).first.click()
    steward.get_by_label("哪个数据集").select_option(label="老年人助餐点位")
    steward.get_by_role("button", name="已经发布").click()
    expect(steward.get_by_text("（按时）")).to_be_visible()
