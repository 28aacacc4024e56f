"""Two departments look at one case at the same time and one is late: it alone has the red lamp, it goes before an
approver, the citizen sees why; it is decided when both have spoken.
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.inspector import in_order
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]


@pytest.fixture(scope="module")
def number(city_instance: CityInstance) -> str:
    """A case that was accepted two weeks ago; one department has spoken in time, the other not yet."""
    return city_instance.plant("tests.journeys.planting_a_late_case")


def test_one_has_spoken_the_other_is_late_and_it_is_decided_when_both_have(
    city_instance: CityInstance, browser: Browser, number: str
) -> None:
    with (
        at(browser, city_instance, "clerk_ga", phone=True) as police,
        at(browser, city_instance, "zhang", phone=True) as citizen,
    ):
        _is_not_held_up(police, number)
        _is_told_why(citizen, number)
        with at(browser, city_instance, "approver_ga") as head:
            _has_it_before_them(head, number)
        with at(browser, city_instance, "clerk_xf") as fire:
            _speaks_late(fire, number)
        police.goto(f"/services/desk/cases/{number}/")
        police.get_by_label("准予").check()
        police.get_by_role("button", name="提交办理结果").click()
        expect(police.get_by_role("heading", name="送达结果")).to_be_visible()
        fits(police)
        citizen.goto(f"/services/cases/{number}/")
        expect(citizen.get_by_role("heading", name="已准予")).to_be_visible()
        expect(citizen.get_by_text("已超期")).to_have_count(0)
        fits(citizen)


def _is_not_held_up(police: Page, number: str) -> None:
    """Who spoke in time has nothing late, and nothing to do before the other has spoken."""
    for path in ("/services/desk/steps/", "/services/desk/steps/?show=late"):
        police.goto(path)
        expect(police.get_by_role("link", name=number)).to_have_count(0)
    police.goto(f"/services/desk/cases/{number}/")
    expect(police.get_by_role("heading", name="并联部门意见")).to_contain_text("已超期")
    expect(police.locator('form[action$="/step/"]')).to_have_count(0)
    fits(police)


def _is_told_why(citizen: Page, number: str) -> None:
    """The citizen sees who has done their part, who hasn't, and that they need not do anything."""
    citizen.goto(f"/services/cases/{number}/")
    late = citizen.locator("section", has=citizen.get_by_role("heading", name="并联部门意见"))
    expect(late).to_contain_text("已超期")
    expect(late).to_contain_text("消防救援")
    expect(late).to_contain_text("要等它办完，才能作出决定")
    expect(citizen.get_by_text("本部门审查").first).to_be_attached()
    in_order(citizen)
    fits(citizen)
    citizen.goto("/notices/")
    expect(citizen.get_by_text(f"办件 {number} 超过了时限，已催办并上报").first).to_be_visible()


def _has_it_before_them(head: Page, number: str) -> None:
    """Late for a day, it is before the approver of the body that answers for it."""
    head.goto("/services/desk/steps/?show=escalated")
    expect(head.get_by_role("link", name="督办 1")).to_have_attribute("aria-current", "page")
    expect(head.get_by_role("link", name=number)).to_be_visible()


def _speaks_late(fire: Page, number: str) -> None:
    _open_late(fire, number)
    expect(fire.get_by_role("heading", name="并联部门意见")).to_contain_text("已超期")
    fire.get_by_label("符合", exact=True).check()
    fire.get_by_role("button", name="提交办理结果").click()
    expect(fire.get_by_role("heading", name="并联部门意见")).to_have_count(0)


def _open_late(page: Page, number: str) -> None:
    """Find the case under the red lamp of one's own list, and open it."""
    page.goto("/services/desk/steps/?show=late")
    expect(page.get_by_role("link", name="红灯：已超期")).to_have_attribute("aria-current", "page")
    in_order(page)
    page.get_by_role("link", name=number).click()
    page.wait_for_url(f"**/services/desk/cases/{number}/")
