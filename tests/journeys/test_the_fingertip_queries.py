"""Mr Liu types what he wants to know, gets it on his phone, and finds the look in 谁用了我的数据."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.instance import CityInstance
from tests.journeys.people import at

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]


def test_from_the_search_box_to_the_answer_and_who_saw_it(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "liu", phone=True) as page:
        page.goto("/services/")
        page.get_by_role("searchbox").fill("公积金余额")
        page.get_by_role("searchbox").press("Enter")
        page.wait_for_url("**/services/search/?q=*")
        page.locator("section[aria-labelledby=found-lookups]").get_by_role("link", name="公积金余额").click()
        page.wait_for_url("**/services/lookups/housing-fund-balance/")
        page.get_by_role("button", name="立即查询").click()
        expect(page.locator(".lookups-leading")).to_contain_text("38,416.72")
        evidence = page.locator(".lookups-answer .lookups-code").inner_text().strip()
        assert re.fullmatch(r"[0-9a-f-]{36}", evidence)
        record = page.locator("article", has_text=evidence)
        for _ in range(20):
            page.goto("/services/my-data/")
            if record.count():
                break
            page.wait_for_timeout(500)
        expect(record).to_contain_text("公积金余额")
        expect(record).to_contain_text("您本人用指尖查查询")
