"""Mr Liu fills in a form: with what registers know, without a network, on two phones, with a photo and a signature."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]
ITEM = "/services/apply/housing-fund-rent-subsidy/"
MOST_WEIGHT_BYTES = 60_000
PATIENCE_S = 10.0


def until(look: Callable[[], object]) -> None:
    """Wait for what the page's own program does; pages forbid the evaluation that Playwright would wait with."""
    ends = time.monotonic() + PATIENCE_S
    while not look():
        assert time.monotonic() < ends, "it didn't happen in time"
        time.sleep(0.1)


def begin(page: Page) -> str:
    """Begin, and return the folder of the draft's pages."""
    page.goto(ITEM)
    page.get_by_role("button", name=re.compile("开始填写|接着填")).click()
    page.wait_for_url("**/sections/*/")
    return re.sub(r"sections/.*", "", page.url)


def next_step(page: Page) -> None:
    page.get_by_role("button", name="保存并继续").click()


def is_kept(page: Page, ending: str) -> bool:
    """True once the phone has a page for use without a network."""
    asked = """async (ending) => {
      for (const name of await caches.keys())
        for (const one of await (await caches.open(name)).keys())
          if (new URL(one.url).pathname.endsWith(ending)) return true;
      return false;
    }"""
    return bool(page.evaluate(asked, ending))


def without_network(page: Page, *, offline: bool = True) -> None:
    page.context.set_offline(offline)


def test_a_form_is_begun_goes_on_without_a_network_and_is_ended_on_another_phone(
    city_instance: CityInstance, browser: Browser
) -> None:
    with at(browser, city_instance, "liu", phone=True) as phone:
        phone.goto(ITEM)
        expect(phone.get_by_text("天津市民政局：救助类型、家庭人口")).to_be_visible()
        fits(phone)
        draft = begin(phone)
        expect(phone.get_by_role("heading", name="联系方式")).to_be_visible()
        until(lambda: is_kept(phone, "/sections/details/"))
        without_network(phone)
        phone.get_by_label("联系电话").fill("13812345678")
        next_step(phone)
        phone.wait_for_url("**/sections/bank-account/")
        expect(phone.get_by_role("status").first).to_contain_text("存在这台手机上")
        fits(phone)
        phone.goto("/services/")
        expect(phone.get_by_role("heading", name="现在没有网络")).to_be_visible()
        expect(phone.get_by_text("13812345678")).to_be_visible()
        fits(phone)

        with at(browser, city_instance, "liu", phone=True) as other:
            other.goto(f"{draft}sections/contact/")
            other.get_by_label("联系电话").fill("13900000000")
            next_step(other)
            other.wait_for_url("**/sections/bank-account/")

        without_network(phone, offline=False)
        phone.goto(f"{draft}sections/contact/")
        expect(phone.get_by_text("这一步在别处也改过")).to_be_visible()
        expect(phone.get_by_text("别处填的是：13900000000")).to_be_visible()
        expect(phone.get_by_label("联系电话")).to_have_value("13812345678")
        fits(phone)
        next_step(phone)
        phone.wait_for_url("**/sections/bank-account/")

    with at(browser, city_instance, "liu", phone=True) as other:
        other.goto("/services/apply/")
        other.get_by_role("link", name="接着填").click()
        other.goto(f"{draft}sections/contact/")
        expect(other.get_by_label("联系电话")).to_have_value("13812345678")
        other.goto(f"{draft}sections/details/")
        expect(other.get_by_text("来自天津市民政局，截至").first).to_be_visible()
        fits(other)


def test_nothing_of_a_person_stays_on_the_phone_after_signing_out(
    city_instance: CityInstance, browser: Browser
) -> None:
    with at(browser, city_instance, "liu", phone=True) as phone:
        begin(phone)
        # A draft goes on where it was left.
        here = urlsplit(phone.url).path
        until(lambda: is_kept(phone, here))
        phone.goto("/me/")
        phone.locator('main form[action="/sign-out/"] button').click()
        phone.wait_for_url(lambda url: "/me/" not in url)
        until(lambda: not is_kept(phone, here))
        bases = phone.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
        assert "haihe-forms" not in bases
