"""Forms on a phone: with what registers know, without a network, on two phones, with a photo and signed by hand."""

import base64
import re
import struct
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.filling import fields_of, fill, other_than
from tests.journeys.inspector import at_a_glance
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]
ITEM = "/services/apply/housing-fund-rent-subsidy/"
MOST_WEIGHT_BYTES = 60_000
PATIENCE_S = 60.0
PART = 128 * 1024
PLACE = b"GPS 39.0842 N, 117.2009 E "
DRAW = """async () => {
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [3000, 1500];
  const pen = sheet.getContext("2d");
  for (let n = 0; n < 4000; n++) {
    pen.fillStyle = `hsl(${(n * 7) % 360} 70% ${30 + (n % 50)}%)`;
    pen.fillRect((n * 619) % 3000, (n * 373) % 1500, 120, 80);
  }
  const made = await new Promise((resolve) => sheet.toBlob(resolve, "image/jpeg", 0.95));
  return btoa([...new Uint8Array(await made.arrayBuffer())].map((one) => String.fromCharCode(one)).join(""));
}"""


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


def photo(page: Page, folder: Path) -> Path:
    """Take a picture of 3000 by 1500 that says where it was taken, as a phone does."""
    page.goto("/services/")
    drawn = page.evaluate(DRAW)
    picture, told = base64.b64decode(drawn), b"Exif\0\0" + PLACE * 20
    file = folder / "lease.jpg"
    file.write_bytes(picture[:2] + b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told + picture[2:])
    return file


def sign_by_hand(page: Page) -> None:
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for line in (((0.1, 0.3), (0.4, 0.3)), ((0.25, 0.1), (0.2, 0.8)), ((0.6, 0.2), (0.9, 0.7))):
        (x, y), (to_x, to_y) = line
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + to_x * box["width"], box["y"] + to_y * box["height"], steps=6)
        page.mouse.up()


def looked_at(page: Page) -> None:
    """Hold the page as it stands to the rules, on a phone and on a desk."""
    troubles = at_a_glance(page)
    assert not troubles, "\n".join([page.url, *troubles])
    fits(page)


def test_an_application_with_a_photo_and_a_signature_by_hand_in_large_type_and_in_english(
    city_instance: CityInstance, browser: Browser, tmp_path: Path
) -> None:
    slug = "housing-fund-rent-subsidy"
    fields, said = fields_of(slug), {"rent_kind": "MARKET", "signature": ""}
    with at(browser, city_instance, "wang", phone=True) as phone:
        file = photo(phone, tmp_path)
        phone.get_by_role("button", name="关怀版").click()
        phone.goto(ITEM)
        looked_at(phone)
        breaks: list[str] = []

        def once(route: Route) -> None:
            if route.request.headers.get("upload-offset") == str(PART) and not breaks:
                breaks.append(route.request.url)
                route.abort()
            else:
                route.continue_()

        phone.route("**/uploads/**", once)
        begin(phone)
        while not phone.url.endswith("/check/"):
            fill(phone, fields, said, file=file)
            if phone.locator("canvas").count():
                sign_by_hand(phone)
            looked_at(phone)
            before = phone.url
            phone.locator("#forms-section .forms-buttons button[value=next]").click()
            phone.wait_for_url(other_than(before))
        assert len(breaks) == 1
        kept = phone.locator(".forms-files a")
        expect(kept).to_have_text("lease.jpg")
        stored = phone.request.get(str(kept.get_attribute("href"))).body()
        size = stored.index(b"\xff\xc0") + 5
        assert struct.unpack(">HH", stored[size : size + 4]) == (1000, 2000)
        assert PLACE not in stored
        expect(phone.get_by_role("img", name="手写签名")).to_be_visible()
        looked_at(phone)
        phone.get_by_role("button", name="English").click()
        expect(phone.get_by_role("img", name="Signature by hand")).to_be_visible()
        looked_at(phone)
        phone.get_by_role("button", name="Submit the application").click()
        phone.wait_for_url("**/receipt/")
        looked_at(phone)
        phone.locator('main a[href^="/services/cases/"]').click()
        phone.wait_for_url("**/services/cases/*/")
        expect(phone.get_by_role("img", name="Signature by hand")).to_be_visible()
        fits(phone)
