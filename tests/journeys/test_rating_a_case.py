"""A citizen says on the phone that they aren't content; who handled it can't see to it, somebody else does."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.instance import CityInstance
from tests.journeys.people import apply_on_phone, at, fits, outcome, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.usefixtures("early_case")]
WORDS = "窗口让我把身份证复印件交了两遍"


def test_a_low_rating_comes_back_to_somebody_else(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "liu", phone=True) as phone:
        number = apply_on_phone(phone)
        expect(outcome(phone, "准予提取")).to_be_visible()
        with at(browser, city_instance, "clerk_gjj") as desk:
            desk.goto(f"/services/desk/cases/{number}/")
            desk.get_by_role("button", name="已通知银行付款，办结").click()
            expect(outcome(desk, "已办结")).to_be_visible()

        phone.goto(f"/services/cases/{number}/")
        phone.get_by_role("link", name="评价这次办理").click()
        fits(phone)
        phone.get_by_role("radio", name="不满意", exact=True).check()
        expect(phone.get_by_role("checkbox", name="办得快")).to_be_hidden()
        phone.get_by_role("checkbox", name="要求提供不必要的材料").check()
        phone.get_by_label("还想说什么").fill(WORDS)
        phone.get_by_role("button", name="提交评价").click()
        told = phone.get_by_text(re.compile(r"编号 CP-")).first
        expect(told).to_be_visible()
        low = re.findall(r"CP-[0-9]{8}-[0-9]+", told.inner_text())[0]

        with at(browser, city_instance, "clerk_gjj") as desk:
            answer = desk.goto(f"/services/ratings/desk/{low}/")
            assert answer is not None
            assert answer.status == 403
        with at(browser, city_instance, "approver_gjj") as head:
            head.goto("/services/ratings/desk/")
            head.get_by_role("link", name=low).click()
            expect(head.get_by_text(WORDS)).to_be_visible()
            for button, done in (("已回访核实", "已核实"), ("已整改", "已整改，待答复"), ("答复评价人", "已答复")):
                head.get_by_label("情况说明").fill("身份证复印件不再收，窗口已改正。")
                head.get_by_role("button", name=button, exact=True).click()
                expect(head.locator("h1").get_by_text(re.compile(done))).to_be_visible()

        phone.goto("/services/ratings/")
        phone.locator(f'li:has-text("{number}") a').click()
        expect(phone.get_by_text("身份证复印件不再收，窗口已改正。")).to_be_visible()
        phone.get_by_role("button", name="我满意这个答复").click()
        expect(phone.get_by_text("评价人已确认")).to_be_visible()

    with signed_out(browser, city_instance, phone=True) as anybody:
        anybody.goto("/services/ratings/figures/?by=item")
        expect(anybody.get_by_role("heading", name="好差评公示")).to_be_visible()
        assert anybody.locator("tbody tr").count() > 3
        assert WORDS not in anybody.content()
        fits(anybody)
