"""Score day: everybody finds out when results are out, nobody sees one early, a candidate sees and proves their own."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.platforms.services.releases import demo
from tests.journeys.inspector import Inspector
from tests.journeys.instance import CityInstance
from tests.journeys.people import fits, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.xdist_group("twelve_items")]


def _address(city: CityInstance, slug: str) -> str:
    return f"{json.loads((city.data_dir / 'running.json').read_text())['scoreday_url']}/{slug}/"


@pytest.fixture
def phone(browser: Browser, city_instance: CityInstance) -> Iterator[Page]:
    with signed_out(browser, city_instance, phone=True) as page:
        yield page


def _ask(page: Page, number: str, id_number: str) -> None:
    """Fill in and send, by keyboard alone."""
    page.keyboard.press("Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.id") == "number":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type(id_number)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_a_candidate_sees_their_result_and_saves_a_certificate_that_anybody_can_verify(
    phone: Page, city_instance: CityInstance
) -> None:
    phone.goto("/services/results/")
    fits(phone)
    phone.get_by_role("link", name="去查询").first.click()
    expect(phone).to_have_url(_address(city_instance, demo.OPEN))
    _ask(phone, demo.SIYU.number, demo.YUTONG.id_number)
    expect(phone.get_by_role("alert")).to_contain_text("对不上")
    phone.reload()
    _ask(phone, demo.SIYU.number, demo.SIYU.id_number)
    expect(phone.get_by_text(f"{demo.SIYU.total} / 750")).to_be_visible()
    expect(phone.get_by_text(demo.SIYU.id_number)).to_have_count(0)
    fits(phone)
    phone.get_by_role("button", name="保存成绩证明").click()
    expect(phone.get_by_role("heading", name="成绩证明")).to_be_visible()
    expect(phone.locator(".code svg")).to_be_visible()
    fits(phone)


def test_nobody_sees_anything_early_on_any_page(phone: Page, city_instance: CityInstance) -> None:
    address = _address(city_instance, demo.TO_COME)
    phone.goto(address)
    expect(phone.get_by_role("timer")).to_be_visible()
    expect(phone.locator("#number")).to_have_count(0)
    fits(phone)
    form: dict[str, str | float | bool] = {"number": demo.SIYU.number, "id_number": demo.SIYU.id_number}
    for path in ("", "certificate"):
        answer = phone.request.post(f"{address}{path}", form=form)
        assert answer.status == 403
        assert str(demo.SIYU.total) not in answer.text()


def test_its_pages_can_be_used_by_screen_reader_and_keyboard(phone: Page, city_instance: CityInstance) -> None:
    inspector = Inspector(phone)
    for slug, status in ((demo.OPEN, 200), (demo.TO_COME, 403)):
        assert inspector.inspect(_address(city_instance, slug), status=status, lang="zh-Hans") == []
