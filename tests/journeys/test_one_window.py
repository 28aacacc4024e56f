"""Mr Liu takes a number on his phone; a clerk of the hall calls it and takes his item in without the paper."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from tests.journeys.inspector import in_order
from tests.journeys.instance import CityInstance
from tests.journeys.people import PATIENCE_MS, at, fits, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.xdist_group("one_window")]

HALL = "/services/halls/city-hall/"


def sit_down(desk: Page) -> None:
    """Take the counter that the roster gives, unless this clerk sits there already."""
    desk.goto("/services/window/")
    sit = desk.get_by_role("button", name="天津市政务服务中心 1 号窗口")
    if sit.count():
        sit.click()
        desk.wait_for_load_state()
    expect(desk.get_by_role("button", name="离岗")).to_be_visible()


def call(desk: Page, label: str) -> None:
    """Call until it is this number's turn; whoever was left over from before doesn't come."""
    while True:
        desk.get_by_role("button", name="叫下一个").click()
        desk.wait_for_url("**/services/window/visits/*/")
        if desk.locator(".window-strip .window-number").inner_text() == label:
            return
        desk.get_by_role("button", name="再叫一次").click()
        desk.get_by_role("button", name="没有来，过号").click()
        desk.wait_for_url("**/services/window/")


def identify(desk: Page) -> None:
    """Type who it is and confirm, by keyboard alone."""
    expect(desk.locator("#id_id_number")).to_be_focused()
    desk.keyboard.type(str(cast.LIU.id_number))
    desk.keyboard.press("Tab")
    desk.keyboard.type(cast.LIU.name)
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("换一位来人")).to_be_visible()


def ask_needlessly(desk: Page) -> None:
    """Ask for the certificate that data prove, and be told at once that nobody needs to bring it."""
    desk.keyboard.type("低保家庭提取住房公积金")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name="低保家庭提取住房公积金", exact=True).click()
    desk.get_by_role("button", name="要求提交低保证明").click()
    expect(desk.get_by_text("“低保证明”不用交")).to_be_visible()
    in_order(desk)
    fits(desk)


def take_in(desk: Page) -> str:
    """Fill in the form, with the person filled in already; return the case's number."""
    desk.get_by_label("已当面告知申请人将核验以上数据及用途").check()
    desk.get_by_role("button", name="填表受理").click()
    desk.wait_for_url("**/services/apply/drafts/*/window/")
    expect(desk.get_by_label("正在办的号")).to_be_visible()
    expect(desk.locator("#id_applicant_name")).to_have_value(cast.LIU.name)
    desk.locator("#id_amount").fill("12000")
    desk.get_by_role("button", name="本人已核对，提交").click()
    desk.wait_for_url("**/services/window/visits/*/")
    taken = desk.locator("section", has=desk.get_by_role("heading", name="这次受理的事项"))
    expect(taken).to_contain_text("在低保名册上")
    expect(taken).to_contain_text("少交 1 份证明")
    found = re.search(r"GJJ-\d{8}-\d{6}", taken.inner_text())
    assert found
    return found[0]


def test_a_number_on_the_phone_one_screen_at_the_window_and_no_certificate(
    city_instance: CityInstance, browser: Browser
) -> None:
    with (
        at(browser, city_instance, "liu", phone=True) as phone,
        at(browser, city_instance, "clerk_zwb") as desk,
        signed_out(browser, city_instance) as screen,
    ):
        phone.goto(HALL)
        phone.get_by_role("button", name="现在取号").click()
        phone.wait_for_url("**/halls/tickets/*/")
        label = phone.locator(".window-number").first.inner_text()
        fits(phone)
        screen.goto(f"{HALL}screen/")
        expect(screen.get_by_text(label)).to_be_visible()

        sit_down(desk)
        call(desk, label)
        # Nobody reloads these: the phone and the screen notice by themselves.
        expect(phone.get_by_text("请到 1 号窗口")).to_be_visible(timeout=PATIENCE_MS)
        expect(screen.locator(".window-called")).to_contain_text(label, timeout=PATIENCE_MS)
        desk.get_by_role("button", name="人到了，开始办理").click()

        identify(desk)
        ask_needlessly(desk)
        number = take_in(desk)
        desk.get_by_role("link", name="回执").click()
        expect(desk.get_by_text(number).first).to_be_visible()
        desk.go_back()
        assert str(cast.LIU.id_number) not in desk.content()
        desk.get_by_role("button", name="办完了").click()
        expect(desk.get_by_role("button", name="叫下一个")).to_be_visible()
        expect(phone.get_by_text("已办完")).to_be_visible(timeout=PATIENCE_MS)
        phone.goto("/services/")
        expect(phone.get_by_role("link", name=re.compile(number)).first).to_be_visible()
        desk.get_by_role("button", name="离岗").click()
        expect(desk.get_by_role("heading", name="在哪个窗口上岗？")).to_be_visible()


def test_an_hour_is_booked_on_the_phone(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "zhang", phone=True) as phone:
        phone.goto(f"{HALL}book/?item=housing-fund-relief-withdrawal")
        phone.locator("a.btn", has_text="月").first.click()
        phone.get_by_role("button", name="10:00–11:00").click()
        phone.wait_for_url("**/services/appointments/*/")
        expect(phone.get_by_role("heading", name="签到码")).to_be_visible()
        fits(phone)
        in_order(phone)
        phone.get_by_role("button", name="来不了，取消预约").click()
        expect(phone.get_by_text("预约已取消")).to_be_visible()


def test_the_terminal_and_the_supervisors_pages_are_in_order(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "approver_zwb") as desk:
        for path in ("/services/window/halls/", "/services/window/halls/city-hall/", "/services/window/papers/"):
            desk.goto(path)
            in_order(desk)
        desk.goto("/services/window/halls/city-hall/")
        desk.get_by_role("button", name="把这台设备设为取号机").click()
        expect(desk.get_by_role("heading", name="请取号")).to_be_visible()
        in_order(desk)
        desk.get_by_role("button", name="取号", exact=True).click()
        expect(desk.get_by_role("heading", name="您的号")).to_be_visible()
        in_order(desk)
