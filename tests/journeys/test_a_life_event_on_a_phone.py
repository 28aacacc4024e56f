"""A child is born: on a phone, from the page of the life event to the desks of three departments, and back."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from haihe.platforms.services.bundle_offers import bundle_form
from haihe.platforms.services.forms.testing import PNG
from haihe.platforms.services.items import api as items
from haihe.platforms.services.offers import offer_of
from tests.journeys.filling import fill_sections
from tests.journeys.inspector import in_order
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.xdist_group("life_event")]

BIRTH = next(bundle for bundle in items.bundles() if bundle.slug == "birth")
CHOSEN = {
    "birth-household-registration": "clerk_ga",
    "resident-medical-enrolment": "clerk_yb",
    "social-card-application": "clerk_rsj",
}
"""Each with whose desk it comes to."""
_NUMBER = re.compile(r"[A-Z]{2,6}-\d{8}-\d{6}")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def field_of(slug: str) -> str:
    return next(items.field_of(step, slug) for step in BIRTH.steps_in_form if slug in step.items)


def test_one_form_on_a_phone_opens_a_case_at_each_department(
    browser: Browser, city_instance: CityInstance, stack: ExitStack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    paper = tmp_path_factory.mktemp("papers") / "paper.png"
    paper.write_bytes(PNG)
    phone = stack.enter_context(at(browser, city_instance, "wang", phone=True))
    choose(phone)
    name = cast.person("wang").name
    form, _shares = bundle_form(BIRTH, {item.slug: item for item in items.shipped()}, offer_of=offer_of)
    fill_sections(phone, {field.name: field for field in form.fields}, {"signature": name}, file=paper)
    expect(phone.get_by_role("heading", name="提交后分给这些部门")).to_be_visible()
    fits(phone)
    in_order(phone)
    phone.get_by_role("button", name="提交申请").click()
    phone.wait_for_url("**/receipt/")
    phone.get_by_role("link", name="看办理进度").click()
    phone.wait_for_url("**/life-events/**")
    fits(phone)
    in_order(phone)
    expect(phone.get_by_text("共 3 件，已办结 0 件")).to_be_visible()
    numbers = [line.inner_text() for line in phone.locator("ol .services-code").all()]
    assert len(set(numbers)) == len(CHOSEN)
    event = _NUMBER.search(phone.locator("header, main").filter(has_text="YJS-").first.inner_text())
    assert event is not None
    for number, username in zip(numbers, CHOSEN.values(), strict=True):
        desk = stack.enter_context(at(browser, city_instance, username))
        desk.goto(f"/services/desk/cases/{number}/")
        expect(desk.locator("#together")).to_have_text(str(BIRTH.name))
        expect(desk.get_by_text(event[0])).to_be_visible()
        assert [one for one in numbers if not desk.get_by_text(one).first.is_visible()] == []
        others = [one for one in numbers if one != number]
        assert desk.locator(", ".join(f'a[href*="{one}"]' for one in others)).count() == 0
        if username == "clerk_ga":
            in_order(desk)


def choose(phone: Page) -> None:
    """Say yes to three items on the page of the life event, and begin its form."""
    phone.goto("/services/bundles/birth/")
    fits(phone)
    in_order(phone)
    for slug in CHOSEN:
        phone.locator(f'input[name="{field_of(slug)}"][value="yes"]').check()
    phone.get_by_role("button", name="选好了，填一张表").click()
    phone.wait_for_url("**/sections/**")
