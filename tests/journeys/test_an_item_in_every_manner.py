"""The same kind of errand for people who differ: in English, in large type, with the keyboard alone, by ear."""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from tests.journeys.filling import fields_of
from tests.journeys.inspector import HERE, OBSERVE
from tests.journeys.instance import CityInstance
from tests.journeys.keyboard import Keyboard
from tests.journeys.offices import Item, Offices, number_on_receipt, send_on_phone, take_step
from tests.journeys.people import at, look_until
from tests.journeys.screen_reader import announced, read_aloud, unclear

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]

STATEMENT: Final = Item("insurance-statement", "instant", "zhang", (("clerk_rsj", "approve"), ("clerk_rsj", "")))
TAX: Final = Item("tax-payment-certificate", "instant", "wang", (), said={"for_other": "no"})
_SMALL_TYPE: Final = (HERE / "large_type.js").read_text()
_REMEMBER_WHAT_IS_SAID: Final = """() => {
  const line = document.querySelector("#forms-section [role=status]");
  const remember = () => sessionStorage.setItem("heard", line.innerText.trim());
  new MutationObserver(remember).observe(line, { subtree: true, childList: true, attributes: true });
}"""


class Looking:
    """Looks at pages in one manner and keeps what is wrong with them."""

    def __init__(self, find: Callable[[Page], list[str]]) -> None:
        self._find, self.troubles, self.pages = find, list[str](), 0

    def __call__(self, page: Page) -> None:
        self.pages += 1
        self.troubles += [f"{page.url}  {trouble}" for trouble in self._find(page)]


def _observed(page: Page) -> list[str]:
    found: list[str] = page.evaluate(OBSERVE)
    return found


def _in_large_type(page: Page) -> list[str]:
    small: list[str] = page.evaluate(_SMALL_TYPE)
    return [*_observed(page), *dict.fromkeys(small)]


def _in_english(page: Page) -> list[str]:
    names = (cast.person(STATEMENT.citizen).name, cast.person("clerk_rsj").name)
    lang = page.locator("html").get_attribute("lang")
    told = [trouble for trouble in _observed(page) if "small targets" not in trouble]
    return [one for one in told if not any(name in one for name in names)] + (
        [] if lang == "en" else [f"lang is {lang}"]
    )


def test_an_item_wholly_in_english(offices: Offices) -> None:
    phone, look = offices.of("zhang"), Looking(_in_english)
    phone.goto("/services/")
    phone.get_by_role("button", name="English").click()
    phone.get_by_role("searchbox").fill("social insurance statement")
    look(phone)
    phone.get_by_role("searchbox").press("Enter")
    phone.wait_for_url("**/search/**")
    look(phone)
    phone.get_by_role("link", name="Statement of social insurance").first.click()
    phone.wait_for_url(f"**/items/{STATEMENT.slug}/")
    look(phone)
    number = send_on_phone(phone, STATEMENT, fields_of(STATEMENT.slug), offices.paper, look=look)
    look(phone)
    for username, choice in STATEMENT.steps:
        take_step(offices.of(username), number, choice)
    look_until(phone, phone.locator("#outcome").filter(has_text="Closed"), at=f"/services/cases/{number}/")
    look(phone)
    assert not look.troubles, "\n".join(look.troubles)
    assert look.pages == 8


def test_an_item_in_large_type_on_a_phone(offices: Offices) -> None:
    phone, look = offices.of("wang"), Looking(_in_large_type)
    phone.goto("/services/")
    phone.get_by_role("button", name="关怀版").click()
    for path in ("/services/", f"/services/items/{TAX.slug}/", f"/services/apply/{TAX.slug}/"):
        phone.goto(path)
        expect(phone.get_by_role("button", name="标准版")).to_be_visible()
        look(phone)
    number = send_on_phone(phone, TAX, fields_of(TAX.slug), offices.paper, look=look)
    look(phone)
    for path in (f"/services/cases/{number}/", "/services/cases/"):
        phone.goto(path)
        look(phone)
    assert not look.troubles, "\n".join(look.troubles)


def test_an_item_with_the_keyboard_alone_and_by_ear(city_instance: CityInstance, browser: Browser) -> None:
    look = Looking(unclear)
    with at(browser, city_instance, "zhang") as page:
        keys = Keyboard(page)
        page.goto("/services/")
        _hear_and_go_round(page, keys, look)
        keys.write(page.get_by_role("searchbox"), "完税证明")
        keys.press("Enter")
        page.wait_for_url("**/search/**")
        _hear_and_go_round(page, keys, look)
        keys.follow(page.get_by_role("link", name="开具税收完税证明").first)
        page.wait_for_url(f"**/items/{TAX.slug}/")
        _hear_and_go_round(page, keys, look)
        keys.follow(page.get_by_role("link", name="马上申请"))
        page.wait_for_url(f"**/apply/{TAX.slug}/")
        _hear_and_go_round(page, keys, look)
        keys.follow(page.get_by_role("button", name="开始填写"))
        page.wait_for_url("**/sections/contact/")
        _hear_and_go_round(page, keys, look)
        _hear_what_is_wrong(page, keys)
        _hear_that_it_is_saved(page, keys)
        _hear_and_go_round(page, keys, look)
        _fill_in_details(page, keys)
        page.wait_for_url("**/check/")
        _hear_and_go_round(page, keys, look)
        keys.follow(page.get_by_role("button", name="提交申请"))
        page.wait_for_url("**/receipt/")
        _hear_and_go_round(page, keys, look)
        assert number_on_receipt(page)
    assert not look.troubles, "\n".join(look.troubles)


def _hear_and_go_round(page: Page, keys: Keyboard, look: Looking) -> None:
    """Listen to the page, and walk once through all of it."""
    look(page)
    stops = keys.go_round()
    assert len(stops) > 5, stops


def _hear_what_is_wrong(page: Page, keys: Keyboard) -> None:
    """Send without an answer: the page says so aloud, and stands at the field, which says why."""
    phone = page.locator('[name="contact_phone"]')
    keys.go_to(phone)
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("有 1 处需要修改")
    assert "联系电话" in announced(page)
    expect(phone).to_be_focused()
    [field] = [one for one in read_aloud(page) if one.told.get("focused") and one.role == "textbox"]
    assert field.name == "联系电话"
    assert field.told.get("invalid") == "true"
    assert field.description.strip()


def _hear_that_it_is_saved(page: Page, keys: Keyboard) -> None:
    """Send what is right: until the next page comes, a live region that was there says that it is saving."""
    assert any(one.role == "status" for one in read_aloud(page))
    page.evaluate(_REMEMBER_WHAT_IS_SAID)
    keys.write(page.locator('[name="contact_phone"]'), "13800000000")
    keys.press("Enter")
    page.wait_for_url("**/sections/details/")
    assert page.evaluate("sessionStorage.getItem('heard')") == "正在保存…"


def _fill_in_details(page: Page, keys: Keyboard) -> None:
    for name, value in (("for_other", "no"), ("tax_kind", "CAR")):
        keys.choose(page.locator(f'[data-field="{name}"]'), value)
    for name in ("period_from", "period_to"):
        keys.set_some_day(page.locator(f'[name="{name}"]'))
    keys.choose(page.locator('[data-field="used_abroad"]'), "yes")
    keys.follow(page.locator('.forms-buttons button[value="next"]'))
