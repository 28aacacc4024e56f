"""Mr Liu shows a certificate on his phone; a stranger checks it by number and code, and learns no more than that."""

import re

import pytest
from playwright.sync_api import Browser, expect

from haihe.city import cast
from tests.journeys.inspector import in_order
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits, signed_out

pytestmark = pytest.mark.journey


def test_shown_on_the_phone_and_checked_by_a_stranger(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "liu", phone=True) as phone:
        phone.goto("/services/certificates/")
        phone.get_by_role("link", name=re.compile("机动车驾驶证")).click()
        phone.wait_for_url("**/services/certificates/JSZ-*/")
        expect(phone.locator(".certificates-qr svg")).to_be_visible()
        expect(phone.get_by_text(str(cast.LIU.id_number))).to_be_visible()
        number = phone.url.rstrip("/").rpartition("/")[2]
        code = phone.locator(".certificates-show strong").inner_text()
        fits(phone)
        in_order(phone)

    with signed_out(browser, city_instance, phone=True) as stranger:
        stranger.goto("/services/certificates/verify/")
        in_order(stranger)
        stranger.get_by_label("证照编号").fill(number)
        stranger.get_by_label("核验码").fill("0000-0000")
        stranger.get_by_role("button", name="核验", exact=True).click()
        expect(stranger.get_by_text("没有找到这份证照")).to_be_visible()
        stranger.get_by_label("核验码").fill(code.lower())
        stranger.get_by_role("button", name="核验", exact=True).click()
        stranger.wait_for_url(f"**/verify/{number}/*/")
        expect(stranger.get_by_text("这份证照是真的，现在有效。")).to_be_visible()
        expect(stranger.get_by_text("刘*远")).to_be_visible()
        assert cast.LIU.name not in stranger.content()
        assert str(cast.LIU.id_number) not in stranger.content()
        fits(stranger)
        in_order(stranger)
